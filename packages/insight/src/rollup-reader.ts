import {
  type DoubtfulPurchases,
  type MongoConnection,
  type PurchaseEnding,
  type StandingAmount,
  storing,
} from "@capi-relay/storage";
import type { Counts } from "./flow-series.ts";
import { coveringSpans, type PeriodPoints } from "./period.ts";
import { acceptedWithin } from "./purchases.ts";
import { ALL_ACCOUNTS, rollupKey } from "./rollup-key.ts";
import { EMPTY_TALLY, sumTallies, type Tally } from "./tally.ts";
import { DAY_MS, startsIn, type TimeRange } from "./time-span.ts";

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
    const projection = { "accepted.count": 1, "endings.status": 1, "endings.reason": 1, "endings.count": 1 };
    const rows = await storing(() =>
      this.#mongo.native.rollups.find({ _id: { $in: ids } }, { ...PRIMARY, projection }).toArray(),
    );
    const byId = new Map(rows.map((row) => [row._id, row]));
    return ids.map((id) => byId.get(id) ?? EMPTY_TALLY);
  }

  /** The whole period as one tally, with names, reasons and values. */
  async whole(points: PeriodPoints, accountId: string | null): Promise<Tally> {
    const ids = coveringSpans(points).map(({ kind, start }) => rollupKey(kind, start, accountId ?? ALL_ACCOUNTS));
    const projection = { purchaseEndings: 0 };
    const rows = await storing(() =>
      this.#mongo.native.rollups.find({ _id: { $in: ids } }, { ...PRIMARY, projection }).toArray(),
    );
    return sumTallies(rows);
  }

  /**
   * How the purchases ended, so far, that were accepted in a range; whenever they did. Read from days if the range is
   * made of whole ones, and else from hours.
   */
  async purchaseEndings({ from, until }: TimeRange, accountId: string | null, now: Date): Promise<PurchaseEnding[]> {
    const isOfDays = from.getTime() % DAY_MS === 0 && (until.getTime() % DAY_MS === 0 || until > now);
    const kind = isOfDays ? "day" : "hour";
    const starts = startsIn(kind, { from, until: new Date(Math.max(until.getTime(), now.getTime() + 1)) });
    const ids = starts.map((start) => rollupKey(kind, start, accountId ?? ALL_ACCOUNTS));
    const projection = { purchaseEndings: 1 };
    const rows = await storing(() =>
      this.#mongo.native.rollups.find({ _id: { $in: ids } }, { ...PRIMARY, projection }).toArray(),
    );
    return acceptedWithin(
      rows.flatMap(({ purchaseEndings = [] }) => purchaseEndings),
      { from, until },
    );
  }

  /** Purchases accepted in a range whose outcome is unknown, as counted last. */
  async doubtfulPurchases(range: TimeRange, accountId: string | null): Promise<DoubtfulPurchases[]> {
    const row = await storing(() => this.#mongo.native.standing.findOne({ _id: accountId ?? ALL_ACCOUNTS }, PRIMARY));
    return acceptedWithin(row?.doubtfulPurchases ?? [], range);
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
