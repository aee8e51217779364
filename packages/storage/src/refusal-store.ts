import mongoose from "mongoose";
import type { MongoConnection } from "./mongo-connection.ts";
import type { RefusalRow } from "./refusal-row.ts";
import { storing } from "./storage-error.ts";

/** How often one account met one answer at the door within one hour. */
export type RefusalCount = Omit<RefusalRow, "_id">;

export interface HourlyRefusals extends Pick<RefusalRow, "hour" | "code" | "count"> {}

export interface CodeRefusals extends Pick<RefusalRow, "code" | "count"> {}

export interface AccountRefusals extends Pick<RefusalRow, "accountId"> {
  readonly byCode: readonly CodeRefusals[];
}

export interface NamedRefusals extends Pick<RefusalRow, "accountId" | "eventName" | "count"> {}

export interface RefusalQuery {
  /** Left out: all accounts. Null: reports that belong to no known account. */
  readonly accountId?: string | null;
  /** Inclusive; hours that begin from here on. */
  readonly from: Date;
  /** Exclusive. */
  readonly until: Date;
}

const MAX_ROWS = 50_000;
const PRIMARY = { readPreference: "primary" } as const;
/** Nobody waits longer for a page. */
const MAX_TIME_MS = 8_000;

/** What did not get in, counted by hour: statistics for people, not a ledger. Forgotten after 90 days. */
export class RefusalStore {
  readonly #mongo: MongoConnection;
  /** Totals of counts that were stored when their totals could not be; a few for each hour. */
  #owedTotals: readonly HourlyRefusals[] = [];

  constructor(mongo: MongoConnection) {
    this.#mongo = mongo;
  }

  /**
   * Adds these to what is counted already. Rejecting may leave some of them added. Totals that cannot be stored do not
   * reject, for the counts would be added once more: they go with the next ones, and are forgotten if the process ends
   * before.
   */
  async add(counts: readonly RefusalCount[]): Promise<void> {
    if (counts.length === 0) return;
    const operations = counts.map(({ count, ...refusal }) => ({
      updateOne: { filter: { _id: idOf(refusal) }, update: { $inc: { count }, $setOnInsert: refusal }, upsert: true },
    }));
    await storing(() => this.#mongo.native.refusals.bulkWrite(operations, { ordered: false }));
    const totals = totalsOf([...this.#owedTotals, ...counts]);
    this.#owedTotals = [];
    try {
      await this.#addTotals(totals);
    } catch {
      this.#owedTotals = totalsOf([...this.#owedTotals, ...totals]);
    }
  }

  /** How often each code was met in each hour, whichever event it was about; of one account, or of all and of none. */
  async hourly({ accountId, from, until }: RefusalQuery): Promise<HourlyRefusals[]> {
    const hour = { $gte: from, $lt: until };
    if (accountId === undefined) {
      const totals = this.#mongo.native.refusalTotals.find({ hour }, { ...PRIMARY, hint: "forgotten_after_90_days" });
      return storing(() => totals.project<HourlyRefusals>({ _id: 0, hour: 1, code: 1, count: 1 }).toArray());
    }
    const groups = await storing(() =>
      this.#mongo.native.refusals
        .aggregate<{ _id: { hour: Date; code: string }; count: number }>(
          [
            { $match: { accountId, hour } },
            { $group: { _id: { hour: "$hour", code: "$code" }, count: { $sum: "$count" } } },
          ],
          { ...PRIMARY, hint: "by_account_and_hour" },
        )
        .toArray(),
    );
    return groups.map(({ _id, count }) => ({ ..._id, count }));
  }

  /**
   * The accounts with most of them, the most first.
   * @param codes those in `except` are left out; those in `last` decide only between accounts that are alike in all
   *   others.
   */
  async byAccount(
    { accountId, from, until }: RefusalQuery,
    codes: { readonly except: readonly string[]; readonly last: readonly string[] },
    limit: number,
  ): Promise<AccountRefusals[]> {
    const query = { hour: { $gte: from, $lt: until }, code: { $nin: [...codes.except] } };
    const ofOtherCodes = { $cond: [{ $in: ["$_id.code", [...codes.last]] }, 0, "$count"] };
    const groups = await storing(() =>
      this.#mongo.native.refusals
        .aggregate<{ _id: string | null; byCode: CodeRefusals[] }>(
          [
            { $match: accountId === undefined ? query : { accountId, ...query } },
            { $group: { _id: { accountId: "$accountId", code: "$code" }, count: { $sum: "$count" } } },
            {
              $group: {
                _id: "$_id.accountId",
                byCode: { $push: { code: "$_id.code", count: "$count" } },
                first: { $sum: ofOtherCodes },
                all: { $sum: "$count" },
              },
            },
            { $sort: { first: -1, all: -1, _id: 1 } },
            { $limit: limit },
          ],
          {
            ...PRIMARY,
            maxTimeMS: MAX_TIME_MS,
            hint: accountId === undefined ? "forgotten_after_90_days" : "by_account_and_hour",
          },
        )
        .toArray(),
    );
    return groups.map(({ _id, byCode }) => ({ accountId: _id, byCode }));
  }

  /** How often each of these accounts met one code, by the name that was sent. */
  async byName(
    code: string,
    accountIds: readonly string[],
    { from, until }: Omit<RefusalQuery, "accountId">,
  ): Promise<NamedRefusals[]> {
    const groups = await storing(() =>
      this.#mongo.native.refusals
        .aggregate<{ _id: Omit<NamedRefusals, "count">; count: number }>(
          [
            { $match: { accountId: { $in: [...accountIds] }, hour: { $gte: from, $lt: until }, code } },
            { $group: { _id: { accountId: "$accountId", eventName: "$eventName" }, count: { $sum: "$count" } } },
          ],
          { ...PRIMARY, maxTimeMS: MAX_TIME_MS, hint: "by_account_and_hour" },
        )
        .toArray(),
    );
    return groups.map(({ _id, count }) => ({ ..._id, count }));
  }

  /** Oldest first; at most 50,000 rows. */
  async between({ accountId, from, until }: RefusalQuery): Promise<RefusalCount[]> {
    return storing(() =>
      this.#mongo.collections.refusals
        .find({
          hour: mongoose.trusted({ $gte: from, $lt: until }),
          ...(accountId === undefined ? {} : { accountId }),
        })
        .select({ _id: 0 })
        .sort({ hour: 1 })
        .limit(MAX_ROWS)
        .read("primary")
        .lean<RefusalCount[]>(),
    );
  }

  async #addTotals(totals: readonly HourlyRefusals[]): Promise<void> {
    const operations = totals.map(({ count, ...total }) => ({
      updateOne: { filter: { _id: totalIdOf(total) }, update: { $inc: { count }, $setOnInsert: total }, upsert: true },
    }));
    await storing(() => this.#mongo.native.refusalTotals.bulkWrite(operations, { ordered: false }));
  }
}

function idOf({ accountId, hour, code, eventName }: Omit<RefusalCount, "count">): string {
  return [accountId ?? "", hour.toISOString().slice(0, 13), code, eventName ?? ""].join(":");
}

function totalIdOf({ hour, code }: Omit<HourlyRefusals, "count">): string {
  return [hour.toISOString().slice(0, 13), code].join(":");
}

function totalsOf(counts: readonly HourlyRefusals[]): HourlyRefusals[] {
  const totals = Map.groupBy(counts, totalIdOf);
  return [...totals.values()].flatMap((same) => {
    const count = same.reduce((sum, one) => sum + one.count, 0);
    return same.slice(0, 1).map(({ hour, code }) => ({ hour, code, count }));
  });
}
