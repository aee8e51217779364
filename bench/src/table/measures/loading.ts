import { LedgerCount } from "../../checks/ledger-count.ts";
import type { Relay } from "../../stand/relay.ts";
import { SHOPS } from "../../stand/shops.ts";
import type { Stand } from "../../stand/with-stand.ts";

/** Who sends, and whose ledger has to have what was accepted. */
interface Loaded extends Pick<Stand, "load"> {
  readonly relay: Pick<Relay, "rows">;
}

/** Order systems that send single events at the same time. */
export const SINGLE_CONNECTIONS = 100;
/** Order systems that send batches at the same time. */
export const BATCH_SENDERS = 4;

export interface Rate {
  readonly events: number;
  readonly perSecond: number;
  /** Processor time per event, in microseconds, of whoever takes it, Redis and MongoDB together. */
  readonly cpuUs: number;
}

/** Load on a route. Every load has event ids of its own. */
export class Loading {
  readonly #bench: Loaded;
  readonly #apiKey: string;
  #loads = 0;

  constructor(bench: Loaded, apiKey: string) {
    this.#bench = bench;
    this.#apiKey = apiKey;
  }

  /** How fast the relay takes events. @throws Error unless its ledger has gained exactly those that it accepted. */
  async rateOfRelay(
    kind: "singles" | "batches",
    url: string,
    connections: number,
    seconds: number,
    cpuMs: () => number,
  ): Promise<Rate> {
    const ledger = await LedgerCount.fromNowOn(this.#bench.relay);
    const rate = await this.rate(kind, url, connections, seconds, cpuMs);
    await ledger.mustBe(rate.events);
    return rate;
  }

  async rate(
    kind: "singles" | "batches",
    url: string,
    connections: number,
    seconds: number,
    cpuMs: () => number,
  ): Promise<Rate> {
    const before = cpuMs();
    const report = await this.#bench.load.ask({ kind, connections, seconds, ...this.#aim(url) });
    return {
      events: report.events,
      perSecond: report.events / report.seconds,
      cpuUs: ((cpuMs() - before) * 1_000) / report.events,
    };
  }

  /** Has the relay take so many events. @throws Error unless its ledger has gained exactly those. */
  async fillRelay(url: string, events: number): Promise<void> {
    const ledger = await LedgerCount.fromNowOn(this.#bench.relay);
    await this.#bench.load.ask({ kind: "fill", connections: BATCH_SENDERS, events, ...this.#aim(url) });
    await ledger.mustBe(events);
  }

  #aim(url: string) {
    this.#loads += 1;
    return { url, apiKey: this.#apiKey, shops: SHOPS, run: `intake-${this.#loads}` };
  }
}
