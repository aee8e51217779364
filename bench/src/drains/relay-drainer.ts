import { setTimeout as sleep } from "node:timers/promises";
import { MetaCount } from "../checks/meta-count.ts";
import type { Relay } from "../stand/relay.ts";
import { type BenchShop, SHOPS } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";
import { type Drain, type DrainRate, timeDrain } from "./drain-clock.ts";

/** Order systems that send batches at the same time. */
const SENDERS = 4;
const LOOK_EVERY_MS = 500;
/** Looks in a row at a ledger in which nothing moves. */
const PATIENCE = 60;

/** As much of a relay as a drain needs. */
interface DrainedRelay extends Pick<Relay, "apiUrl" | "apiKey" | "hold" | "goOn" | "count" | "workerCpuMs"> {
  readonly queue: { readonly bullQueues: Readonly<Record<"fast" | "slow" | "alone", Drain["queues"][number]>> };
}

/** As much of a stand. */
interface DrainedStand {
  readonly servers: Pick<Stand["servers"], "cpuMs" | "eventCounts">;
  readonly load: Pick<Stand["load"], "ask">;
}

/** Whose events they are; those who bring their click need nobody to have told the relay of it. */
interface Orders {
  readonly shops: readonly BenchShop[];
  readonly bringsClick: boolean;
}

/** Of all drainers: Meta tells events of one shop apart by their ids, whichever relay they come from. */
let fills = 0;

/**
 * Queues events through the front door while the jobs are held back, then lets them go and times how they drain. As
 * soon as whatever it has queued is let go, Meta must have counted each of these events exactly once.
 */
export class RelayDrainer {
  readonly #relay: DrainedRelay;
  readonly #stand: DrainedStand;
  readonly #orders: Orders;
  /** What is queued and not yet seen at Meta, and Meta's count from before that; null if there is nothing. */
  #open: { readonly count: MetaCount; readonly events: number } | null = null;

  constructor(relay: DrainedRelay, stand: DrainedStand, orders: Orders = { shops: SHOPS, bringsClick: false }) {
    this.#relay = relay;
    this.#stand = stand;
    this.#orders = orders;
  }

  /** Queues events that stay where they are. */
  async fill(events: number): Promise<void> {
    const { apiUrl, apiKey } = this.#relay;
    fills += 1;
    await this.#relay.hold();
    const { count, events: before } = this.#open ?? { count: await this.#countFromNowOn(), events: 0 };
    await this.#stand.load.ask({
      kind: "fill",
      url: `${apiUrl}/v1/whatsapp/conversions/batch`,
      apiKey,
      ...this.#orders,
      run: `fill-${fills}`,
      connections: SENDERS,
      events,
    });
    this.#open = { count, events: before + events };
  }

  /**
   * Lets go of all that is queued, and times how it drains.
   * @throws Error unless Meta has counted every event exactly once.
   */
  async drain(): Promise<DrainRate> {
    const rate = await this.drainSome(this.#open?.events ?? 0);
    await this.#check();
    return rate;
  }

  /** Lets go of what is queued and times the first so many. The rest is under way: `drainRest` has to see to it. */
  async drainSome(jobs: number): Promise<DrainRate> {
    const { fast, slow, alone } = this.#relay.queue.bullQueues;
    return timeDrain({
      queues: [fast, slow, alone],
      start: () => this.#relay.goOn(),
      jobs,
      cpuMs: () => ({ worker: this.#relay.workerCpuMs(), ...this.#stand.servers.cpuMs() }),
    });
  }

  /**
   * Lets go of what is left, and waits until it is delivered.
   * @throws Error unless Meta has counted every event exactly once, those that were timed before among them.
   */
  async drainRest(): Promise<void> {
    await this.#relay.goOn();
    await this.#untilNothingIsQueued();
    await this.#check();
  }

  async fillAndDrain(events: number): Promise<DrainRate> {
    await this.fill(events);
    return this.drain();
  }

  #countFromNowOn(): Promise<MetaCount> {
    return MetaCount.fromNowOn(this.#stand.servers, this.#orders.shops);
  }

  async #check(): Promise<void> {
    await this.#open?.count.mustBe(this.#open.events);
    this.#open = null;
  }

  async #untilNothingIsQueued(): Promise<void> {
    for (let seen = -1, stuck = 0; ; ) {
      const left = (await this.#relay.count("queued")) + (await this.#relay.count("sending"));
      if (left === 0) return;
      stuck = left === seen ? stuck + 1 : 0;
      if (stuck > PATIENCE) throw new Error(`${left} events are not delivered, and no more are being`);
      seen = left;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
