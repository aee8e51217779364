import type { Relay } from "../stand/relay.ts";
import { type BenchShop, SHOPS } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";
import { type DrainRate, timeDrain } from "./drain-clock.ts";

/** Order systems that send batches at the same time. */
const SENDERS = 4;

/** Whose events they are; those who bring their click need nobody to have told the relay of it. */
interface Orders {
  readonly shops: readonly BenchShop[];
  readonly bringsClick: boolean;
}

/** Queues events through the front door while the jobs are held back, then lets them go and times how they drain. */
export class RelayDrainer {
  readonly #relay: Relay;
  readonly #stand: Stand;
  readonly #orders: Orders;
  #fills = 0;

  constructor(relay: Relay, stand: Stand, orders: Orders = { shops: SHOPS, bringsClick: false }) {
    this.#relay = relay;
    this.#stand = stand;
    this.#orders = orders;
  }

  /** Queues events that stay where they are. */
  async fill(events: number): Promise<void> {
    const { apiUrl, apiKey } = this.#relay;
    this.#fills += 1;
    await this.#relay.hold();
    await this.#stand.load.ask({
      kind: "fill",
      url: `${apiUrl}/v1/whatsapp/conversions/batch`,
      apiKey,
      ...this.#orders,
      run: `fill-${this.#fills}`,
      connections: SENDERS,
      events,
    });
  }

  /** Lets go of what is queued and times the first so many. */
  async drain(jobs: number): Promise<DrainRate> {
    const { fast, slow, alone } = this.#relay.queue.bullQueues;
    return timeDrain({
      queues: [fast, slow, alone],
      start: () => this.#relay.goOn(),
      jobs,
      cpuMs: () => ({ worker: this.#relay.workerCpuMs(), ...this.#stand.servers.cpuMs() }),
    });
  }

  async fillAndDrain(events: number): Promise<DrainRate> {
    await this.fill(events);
    return this.drain(events);
  }
}
