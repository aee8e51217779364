import { type MongoConnection, type StandingAmount, storing } from "@capi-relay/storage";
import type { Counts } from "./flow-series.ts";
import { coveringSpans, type PeriodPoints } from "./period.ts";
import { ALL_ACCOUNTS, rollupKey } from "./rollup-key.ts";
import { EMPTY_TALLY, sumTallies, type Tally } from "./tally.ts";

const PRIMARY = { readPreference: "primary" } as const;

/** Reads what the builder has counted; never the ledger. */
export class RollupReader {
  readonly #mongo: MongoConnection;

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /**
   * How many of each kind for each point of the period, in its order; none where nothing happened. A null account means
   * all.
   */
  async counts({ kind, starts }: PeriodPoints, accountId: string | null): Promise<Counts[]> {
    const ids = starts.map((start) => rollupKey(kind, start, accountId ?? ALL_ACCOUNTS));
    const projection = { "accepted.count": 1, "endings.status": 1, "endings.count": 1 };
    const rows = await storing(() =>
      this.#mongo.native.rollups.find({ _id: { $in: ids } }, { ...PRIMARY, projection }).toArray(),
    );
    const byId = new Map(rows.map((row) => [row._id, row]));
    return ids.map((id) => byId.get(id) ?? EMPTY_TALLY);
  }

  /** The whole period as one tally, with names, reasons and values. */
  async whole(points: PeriodPoints, accountId: string | null): Promise<Tally> {
    const ids = coveringSpans(points).map(({ kind, start }) => rollupKey(kind, start, accountId ?? ALL_ACCOUNTS));
    const rows = await storing(() => this.#mongo.native.rollups.find({ _id: { $in: ids } }, PRIMARY).toArray());
    return sumTallies(rows);
  }

  /** What stands of each of these accounts, as counted last; `ALL_ACCOUNTS` stands for all. */
  async standing(accountIds: readonly string[]): Promise<Map<string, readonly StandingAmount[]>> {
    const rows = await storing(() =>
      this.#mongo.native.standing.find({ _id: { $in: [...accountIds] } }, PRIMARY).toArray(),
    );
    return new Map(rows.map(({ _id, amounts }) => [_id, amounts]));
  }

  /** Accounts with events that wait for a person to say whether Meta has them, as they were counted last. */
  async accountsInDoubt(): Promise<string[]> {
    const inDoubt = { _id: { $ne: ALL_ACCOUNTS }, "amounts.status": "outcome_unknown" } as const;
    const rows = await storing(() =>
      this.#mongo.native.standing.find(inDoubt, { ...PRIMARY, projection: { _id: 1 } }).toArray(),
    );
    return rows.map(({ _id }) => _id);
  }

  /** Changes before this moment are in the figures; null before the first fold. */
  async countedUntil(): Promise<Date | null> {
    const row = await storing(() => this.#mongo.native.rollupProgress.findOne({ _id: "rollups" }, PRIMARY));
    return row?.seenUntil ?? null;
  }
}
