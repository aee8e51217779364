import { type MongoConnection, type StandingAmount, storing } from "@capi-relay/storage";
import type { PeriodPoints } from "./period.ts";
import { ALL_ACCOUNTS, rollupKey } from "./rollup-key.ts";
import { EMPTY_TALLY, type Tally } from "./tally.ts";

const PRIMARY = { readPreference: "primary" } as const;

/** Reads what the builder has counted; never the ledger. */
export class RollupReader {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /** One tally for each point of the period, in its order; empty where nothing happened. A null account means all. */
  async tallies({ kind, starts }: PeriodPoints, accountId: string | null): Promise<Tally[]> {
    const ids = starts.map((start) => rollupKey(kind, start, accountId ?? ALL_ACCOUNTS));
    const rows = await storing(() => this.#mongo.native.rollups.find({ _id: { $in: ids } }, PRIMARY).toArray());
    const byId = new Map(rows.map((row) => [row._id, row]));
    return ids.map((id) => byId.get(id) ?? EMPTY_TALLY);
  }

  /** What stands of each of these accounts, as counted last; `ALL_ACCOUNTS` stands for all. */
  async standing(accountIds: readonly string[]): Promise<Map<string, readonly StandingAmount[]>> {
    const rows = await storing(() =>
      this.#mongo.native.standing.find({ _id: { $in: [...accountIds] } }, PRIMARY).toArray(),
    );
    return new Map(rows.map(({ _id, amounts }) => [_id, amounts]));
  }

  /** Changes before this moment are in the figures; null before the first fold. */
  async countedUntil(): Promise<Date | null> {
    const row = await storing(() => this.#mongo.native.rollupProgress.findOne({ _id: "rollups" }, PRIMARY));
    return row?.seenUntil ?? null;
  }
}
