import { ENDED, type MongoConnection, storing } from "@capi-relay/storage";
import { durationBucket } from "./duration-buckets.ts";
import { PURCHASE } from "./purchases.ts";
import { ALL_ACCOUNTS } from "./rollup-key.ts";
import { EMPTY_TALLY, sumTallies, type Tally } from "./tally.ts";
import { startsIn, type TimeRange } from "./time-span.ts";

/** One hour of one account, or of all of them. */
export interface HourTally extends Tally {
  readonly start: Date;
  readonly accountId: string;
}

/** A recount runs behind the workers; one that takes longer than this would hold their database up. Milliseconds. */
const MAX_TIME_MS = 15_000;
const READ = { readPreference: "primary", maxTimeMS: MAX_TIME_MS, allowDiskUse: true } as const;
/** A test is no business of anybody's figures. */
const REAL = { testCode: null };

/**
 * Counts whole hours anew from the ledger: every hour of the range has a tally for all accounts together, and one for
 * each account that took something in or brought something to an end in it.
 */
export async function recountHours(mongo: MongoConnection, range: TimeRange): Promise<HourTally[]> {
  const [accepted, ended] = await Promise.all([countAccepted(mongo, range), countEnded(mongo, range)]);
  const byHour = new Map(startsIn("hour", range).map((start) => [start.getTime(), new Map<string, Tally[]>()]));
  for (const { _id, count, value } of accepted) {
    const amount = { eventName: _id.name, currency: _id.currency, count, value };
    tallyOf(byHour, _id).push({ ...EMPTY_TALLY, accepted: [amount] });
  }
  for (const { _id, count, value } of ended) {
    const { name: eventName, status, reason, currency, bucket, acceptedIn } = _id;
    tallyOf(byHour, _id).push({
      ...EMPTY_TALLY,
      endings: [{ eventName, status, reason, currency, count, value }],
      deliveredIn: bucket === null ? [] : [{ bucket, count }],
      purchaseEndings: acceptedIn === null ? [] : [{ acceptedIn, status, reason, currency, count, value }],
    });
  }
  return [...byHour].flatMap(([time, accounts]) => {
    const start = new Date(time);
    const each = [...accounts].map(([accountId, tallies]) => ({ start, accountId, ...sumTallies(tallies) }));
    return [{ start, accountId: ALL_ACCOUNTS, ...sumTallies(each) }, ...each];
  });
}

interface AcceptedGroup {
  readonly _id: { hour: Date; account: string; name: string; currency: string | null };
  readonly count: number;
  readonly value: number;
}
interface EndedGroup {
  readonly _id: AcceptedGroup["_id"] & {
    status: Tally["endings"][number]["status"];
    reason: Tally["endings"][number]["reason"];
    bucket: number | null;
    /** The hour of acceptance of a purchase; null for all other names. */
    acceptedIn: Date | null;
  };
  readonly count: number;
  readonly value: number;
}

const WHAT = { account: "$accountId", name: "$eventName", currency: "$details.currency" };
const SUMS = { count: { $sum: 1 }, value: { $sum: "$details.value" } };

function countAccepted(mongo: MongoConnection, { from, until }: TimeRange): Promise<AcceptedGroup[]> {
  const pipeline = [
    { $match: { acceptedAt: { $gte: from, $lt: until }, ...REAL } },
    { $group: { _id: { hour: { $dateTrunc: { date: "$acceptedAt", unit: "hour" } }, ...WHAT }, ...SUMS } },
  ];
  return storing(() => mongo.native.events.aggregate<AcceptedGroup>(pipeline, READ).toArray());
}

function countEnded(mongo: MongoConnection, { from, until }: TimeRange): Promise<EndedGroup[]> {
  const durationMs = { $subtract: ["$endedAt", "$acceptedAt"] };
  const bucket = { $cond: [{ $eq: ["$status", "delivered"] }, durationBucket(durationMs), null] };
  const hour = { $dateTrunc: { date: "$endedAt", unit: "hour" } };
  const acceptedIn = {
    $cond: [{ $eq: ["$eventName", PURCHASE] }, { $dateTrunc: { date: "$acceptedAt", unit: "hour" } }, null],
  };
  const pipeline = [
    { $match: { ...ENDED, endedAt: { $gte: from, $lt: until }, ...REAL } },
    { $group: { _id: { hour, ...WHAT, status: "$status", reason: "$reason", bucket, acceptedIn }, ...SUMS } },
  ];
  return storing(() => mongo.native.events.aggregate<EndedGroup>(pipeline, READ).toArray());
}

function tallyOf(
  byHour: Map<number, Map<string, Tally[]>>,
  { hour, account }: { hour: Date; account: string },
): Tally[] {
  const accounts = byHour.get(hour.getTime());
  if (accounts === undefined) throw new RangeError("MongoDB counted an hour nobody asked for.");
  const tallies = accounts.get(account) ?? [];
  accounts.set(account, tallies);
  return tallies;
}
