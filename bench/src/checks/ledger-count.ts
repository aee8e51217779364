import type { Relay } from "../stand/relay.ts";

/** How many rows the ledger gains from a moment on: whatever is answered with 202 has to be there. */
export class LedgerCount {
  readonly #relay: Pick<Relay, "rows">;
  readonly #before: number;

  private constructor(relay: Pick<Relay, "rows">, before: number) {
    this.#relay = relay;
    this.#before = before;
  }

  static async fromNowOn(relay: Pick<Relay, "rows">): Promise<LedgerCount> {
    return new LedgerCount(relay, await relay.rows());
  }

  /** @throws Error unless the ledger has gained exactly the events that were accepted since. */
  async mustBe(accepted: number): Promise<void> {
    const gained = (await this.#relay.rows()) - this.#before;
    if (gained === accepted) return;
    throw new Error(`The ledger gained ${gained} rows of ${accepted} accepted events: a fast relay that is wrong`);
  }
}
