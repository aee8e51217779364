import {
  type DoubtfulPurchases,
  type MongoConnection,
  type StandingAmount,
  type StandingRow,
  storing,
  UNFINISHED,
} from "@capi-relay/storage";
import { PURCHASE } from "./purchases.ts";
import { ALL_ACCOUNTS } from "./rollup-key.ts";
import { sumAmounts } from "./tally.ts";
import { DAY_MS, HOUR_MS } from "./time-span.ts";

const MAX_TIME_MS = 15_000;

/**
 * Counts what is not yet brought to an end, by account, status, currency and time left, and keeps it for the console:
 * one walk over the index of unfinished rows, so it costs what the backlog is long. Test events are left out.
 */
export class StandingCount {
  readonly #mongo: MongoConnection;
  readonly #now: () => Date;

  constructor(mongo: MongoConnection, now: () => Date) {
    this.#mongo = mongo;
    this.#now = now;
  }

  /** Counts anew. Returns how many events stand. */
  async take(): Promise<number> {
    const countedAt = this.#now();
    const rows = rowsOf(await this.#count(countedAt), countedAt);
    const operations = rows.map((row) => ({
      replaceOne: { filter: { _id: row._id }, replacement: row, upsert: true },
    }));
    await storing(() => this.#mongo.native.standing.bulkWrite(operations, { ordered: false }));
    // Accounts that have nothing left; a count that was held up deletes nothing newer than itself.
    await storing(() => this.#mongo.native.standing.deleteMany({ countedAt: { $lt: countedAt } }));
    return rows.find(({ _id }) => _id === ALL_ACCOUNTS)?.amounts.reduce((sum, { count }) => sum + count, 0) ?? 0;
  }

  #count(now: Date): Promise<StandingGroup[]> {
    const before = (ms: number) => ({ $lt: ["$expiresAt", new Date(now.getTime() + ms)] });
    const underThree = { $cond: [before(3 * DAY_MS), "under_3d", "more"] };
    const underDay = { $cond: [before(DAY_MS), "under_24h", underThree] };
    const underSix = { $cond: [before(6 * HOUR_MS), "under_6h", underDay] };
    const left = { $cond: [before(0), "passed", underSix] };
    const isDoubtful = { $and: [{ $eq: ["$status", "outcome_unknown"] }, { $eq: ["$eventName", PURCHASE] }] };
    const doubtfulOf = { $cond: [isDoubtful, { $dateTrunc: { date: "$acceptedAt", unit: "hour" } }, null] };
    const standing = { status: "$status", reason: "$reason", currency: "$details.currency", left };
    const what = { account: "$accountId", ...standing, doubtfulOf };
    return storing(() =>
      this.#mongo.native.events
        .aggregate<StandingGroup>(
          [
            { $match: { status: { $in: [...UNFINISHED] }, testCode: null } },
            { $group: { _id: what, count: { $sum: 1 }, value: { $sum: "$details.value" } } },
          ],
          { readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint: "unfinished_by_due" },
        )
        .toArray(),
    );
  }
}

interface StandingGroup {
  readonly _id: Omit<StandingAmount, "count" | "value"> & {
    readonly account: string;
    /** The hour of acceptance of a purchase whose outcome is unknown; null for all others. */
    readonly doubtfulOf: Date | null;
  };
  readonly count: number;
  readonly value: number;
}

function rowsOf(groups: readonly StandingGroup[], countedAt: Date): StandingRow[] {
  const byAccount = new Map<string, StandingAmount[]>([[ALL_ACCOUNTS, []]]);
  const doubtful = new Map<string, DoubtfulPurchases[]>();
  for (const { _id, count, value } of groups) {
    const { account, doubtfulOf: acceptedIn, ...what } = _id;
    const amount = { ...what, count, value };
    for (const name of [account, ALL_ACCOUNTS]) {
      append(byAccount, name, amount);
      if (acceptedIn !== null) append(doubtful, name, { acceptedIn, currency: what.currency, count, value });
    }
  }
  return [...byAccount].map(([_id, amounts]) => ({
    _id,
    countedAt,
    amounts: sumAmounts(amounts, ({ status, reason, currency, left }) =>
      JSON.stringify([status, reason, currency, left]),
    ),
    doubtfulPurchases: doubtful.get(_id) ?? [],
  }));
}

function append<Item>(lists: Map<string, Item[]>, name: string, item: Item): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}
