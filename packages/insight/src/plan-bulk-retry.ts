import { type BulkRetryFilter, type MongoConnection, queriesOf, storing } from "@capi-relay/storage";
import { type Money, sumByCurrency } from "./money.ts";
import { eventFilterOf, retryableQuery } from "./retryable-events.ts";

/** One order is about no more events than this; a larger one has to be narrowed. */
export const MAX_BULK_RETRY = 100_000;
/** Whether a thousand or a million were delivered makes no difference to anybody's decision. */
const MAX_DELIVERED_COUNT = 1_000;
const MAX_TIME_MS = 8_000;

/** What a bulk retry would do, before anybody orders it. */
export interface BulkRetryPlan {
  /** Events that would be retried, those of the next two figures included. */
  readonly count: number;
  readonly values: readonly Money[];
  /** Of those: Meta's window has closed, so their retry is refused. */
  readonly wouldExpire: number;
  /** Of those: an attempt went unanswered, so Meta may count them twice. */
  readonly mayHaveArrived: number;
  /** Events that fit the filter and were delivered: left alone. At most 1,000 are counted. */
  readonly alreadyDelivered: number;
  /** True when more than 100,000 fit: the figures stop there, and the order has to be narrowed. */
  readonly isTooLarge: boolean;
}

export async function planBulkRetry(
  mongo: MongoConnection,
  filter: BulkRetryFilter,
  now: Date,
): Promise<BulkRetryPlan> {
  const [groups, alreadyDelivered] = await Promise.all([
    countRetryable(mongo, filter, now),
    countDelivered(mongo, filter),
  ]);
  const sumOf = (name: "count" | "expired" | "arrived") => groups.reduce((sum, group) => sum + group[name], 0);
  const count = sumOf("count");
  return {
    count: Math.min(count, MAX_BULK_RETRY),
    values: sumByCurrency(groups.map(({ _id: currency, value }) => ({ currency, value }))),
    wouldExpire: sumOf("expired"),
    mayHaveArrived: sumOf("arrived"),
    alreadyDelivered,
    isTooLarge: count > MAX_BULK_RETRY,
  };
}

interface CurrencyGroup {
  readonly _id: string | null;
  readonly count: number;
  readonly value: number;
  readonly expired: number;
  readonly arrived: number;
}

async function countRetryable(mongo: MongoConnection, filter: BulkRetryFilter, now: Date): Promise<CurrencyGroup[]> {
  const retryable = retryableQuery(filter, now);
  if (retryable === null) return [];
  const countIf = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });
  return storing(() =>
    mongo.native.events
      .aggregate<CurrencyGroup>(
        [
          { $match: retryable.query },
          { $limit: MAX_BULK_RETRY + 1 },
          {
            $group: {
              _id: "$details.currency",
              count: { $sum: 1 },
              value: { $sum: "$details.value" },
              expired: countIf({ $lte: ["$expiresAt", now] }),
              arrived: countIf({ $in: [true, "$attempts.mayHaveArrived"] }),
            },
          },
        ],
        { readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint: retryable.index },
      )
      .toArray(),
  );
}

/** Only where the filter speaks of them: of no status, or of `delivered`; a reason is never theirs. */
async function countDelivered(mongo: MongoConnection, filter: BulkRetryFilter): Promise<number> {
  const { statuses, reason } = filter;
  if (reason !== null || (statuses.length > 0 && !statuses.includes("delivered"))) return 0;
  const [found] = queriesOf(eventFilterOf(filter, ["delivered"]));
  if (found === undefined) return 0;
  const options = {
    limit: MAX_DELIVERED_COUNT,
    maxTimeMS: MAX_TIME_MS,
    hint: found.index,
    readPreference: "primary",
  } as const;
  return storing(() => mongo.native.events.countDocuments(found.query, options));
}
