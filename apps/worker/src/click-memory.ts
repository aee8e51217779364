import type { Account } from "@capi-relay/storage";

interface Memory {
  readonly datasetId: string | null;
  readonly tokenVersion: number;
  /** Newest last: whether Meta did not know the click of an event. */
  readonly unknown: readonly boolean[];
}

const EVENTS_REMEMBERED = 20;
const EVENTS_TO_JUDGE_BY = 10;
const ACCOUNTS_REMEMBERED = 5_000;

/**
 * Remembers of each account whether Meta knew the clicks of its last events. One unknown click is that event's; when
 * there is no other kind, the account's dataset is not the one its ads report to, and whatever else is sent is lost as
 * well. A worker remembers only what it has sent itself.
 */
export class ClickMemory {
  // Ordered by use: who was not heard of for longest is forgotten first.
  readonly #accounts = new Map<string, Memory>();

  /** Takes in what Meta said of some events. True when the account should stop; it is then judged afresh. */
  note({ id, datasetId, tokenVersion }: Account, unknown: readonly boolean[]): boolean {
    if (unknown.length === 0) return false;
    const before = this.#accounts.get(id);
    const isSame = before?.datasetId === datasetId && before.tokenVersion === tokenVersion;
    const recent = [...(isSame ? before.unknown : []), ...unknown].slice(-EVENTS_REMEMBERED);
    this.#accounts.delete(id);
    if (recent.length >= EVENTS_TO_JUDGE_BY && recent.every(Boolean)) return true;
    this.#accounts.set(id, { datasetId, tokenVersion, unknown: recent });
    if (this.#accounts.size > ACCOUNTS_REMEMBERED) {
      const [longestUnheardOf] = this.#accounts.keys();
      if (longestUnheardOf !== undefined) this.#accounts.delete(longestUnheardOf);
    }
    return false;
  }
}
