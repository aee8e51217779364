import type { ClickCaptureRow } from "./click-capture-row.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

export type ClickCaptureCount = Omit<ClickCaptureRow, "_id">;

/** A bound, not an aim: 30 days of more than 1,000 numbers. */
const MAX_ROWS = 50_000;

/** How many ad referrals brought their click id, by number and day. */
export class ClickCaptureStore {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /** Adds these to what is counted already. Rejecting may leave some of them added. */
  async add(counts: readonly ClickCaptureCount[]): Promise<void> {
    if (counts.length === 0) return;
    const operations = counts.map(({ withClickId, withoutClickId, ...what }) => ({
      updateOne: {
        filter: { _id: idOf(what) },
        update: { $inc: { withClickId, withoutClickId }, $setOnInsert: what },
        upsert: true,
      },
    }));
    await storing(() => this.#captures.bulkWrite(operations, { ordered: false }));
  }

  /** Days that begin in the range, `from` inclusive, oldest first; of one WABA, or of all if it is null. */
  async between(wabaId: string | null, { from, until }: { from: Date; until: Date }): Promise<ClickCaptureCount[]> {
    const days = { day: { $gte: from, $lt: until } };
    // The rows of one WABA lie side by side by their ids, whatever all the others have.
    const which = wabaId === null ? days : { _id: { $gte: `${wabaId}:`, $lt: `${wabaId};` }, ...days };
    const hint = wabaId === null ? "by_day" : "_id_";
    return storing(() =>
      this.#captures
        .find<ClickCaptureCount>(which, { projection: { _id: 0 }, readPreference: "primary", hint })
        .sort({ day: 1 })
        .limit(MAX_ROWS)
        .toArray(),
    );
  }

  get #captures() {
    return this.#mongo.native.clickCaptures;
  }
}

function idOf({ wabaId, phoneNumberId, day }: Pick<ClickCaptureRow, "wabaId" | "phoneNumberId" | "day">): string {
  return [wabaId, phoneNumberId ?? "", day.toISOString().slice(0, 10)].join(":");
}
