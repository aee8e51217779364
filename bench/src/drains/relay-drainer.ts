import type { LoadPlan, LoadReport } from "../load/load-plan.ts";
import type { HelperProcess } from "../stand/helper-process.ts";
import type { Relay } from "../stand/relay.ts";
import type { Servers } from "../stand/servers.ts";
import { type BenchShop, SHOPS } from "../stand/shops.ts";
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
  readonly #servers: Servers;
  readonly #load: HelperProcess<LoadPlan, LoadReport>;
  readonly #orders: Orders;
  #fills = 0;

  constructor(
    relay: Relay,
    servers: Servers,
    load: HelperProcess<LoadPlan, LoadReport>,
    orders: Orders = { shops: SHOPS, bringsClick: false },
  ) {
    this.#relay = relay;
    this.#servers = servers;
    this.#load = load;
    this.#orders = orders;
  }

  /** Queues events that stay where they are. */
  async fill(events: number): Promise<void> {
    const { apiUrl, apiKey } = this.#relay;
    this.#fills += 1;
    await this.#relay.hold();
    await this.#load.ask({
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
      cpuMs: () => ({ worker: this.#relay.workerCpuMs(), ...this.#servers.cpuMs() }),
    });
  }

  async fillAndDrain(events: number): Promise<DrainRate> {
    await this.fill(events);
    return this.drain(events);
  }
}
