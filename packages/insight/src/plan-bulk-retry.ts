import {
  type BulkRetryFilter,
  type EventFilter,
  EventList,
  type MongoConnection,
  RETRYABLE,
  storing,
} from "@capi-relay/storage";
import { type Money, sumByCurrency } from "./money.ts";
import { eventFilterOf, retryableFilter, sendable, sendableTimes } from "./retryable-events.ts";

/** One order is about no more events than this; a larger one has to be narrowed. */
export const MAX_BULK_RETRY = 100_000;
/** Whether a thousand or a million were delivered makes no difference to anybody's decision. */
const MAX_DELIVERED_COUNT = 1_000;
/** Nor whether as many or more are too old. */
export const MAX_TOO_OLD_COUNT = 1_000;
export const MAX_SAMPLE_COUNT = 1_000;
const MAX_TIME_MS = 8_000;

/**
 * What a bulk retry would do, before anybody orders it. Samples can never be sent, so they are in no other figure than
 * theirs.
 */
export interface BulkRetryPlan {
  /** Events that would be sent again, those of the next two figures included. */
  readonly count: number;
  readonly values: readonly Money[];
  /** Of those: an attempt went unanswered, so Meta may count them twice. */
  readonly mayHaveArrived: number;
  /** Events that fit the filter and are left alone, since Meta's window has closed. At most 1,000 are counted. */
  readonly tooOld: number;
  /** Events that fit the filter and were delivered: left alone. At most 1,000 are counted. */
  readonly alreadyDelivered: number;
  /** Invented events that fit, counted only when nothing else could be sent, to say why. At most 1,000 are counted. */
  readonly samples: number;
  /** True when more than 100,000 fit: the figures stop there, and the order has to be narrowed. */
  readonly isTooLarge: boolean;
}

export async function planBulkRetry(
  mongo: MongoConnection,
  filter: BulkRetryFilter,
  now: Date,
  max = MAX_BULK_RETRY,
): Promise<BulkRetryPlan> {
  const retryable = retryableFilter(filter);
  const index = await indexFor(mongo, filter);
  const [all, arrived, tests, tooOld, alreadyDelivered] = await Promise.all([
    retryable === null ? [] : countSendable(mongo, retryable, index, now, max),
    retryable === null ? [] : countArrived(mongo, retryable, now, max),
    retryable === null ? [] : countTests(mongo, retryable, now, max),
    retryable === null ? 0 : countTooOld(mongo, retryable, index, now),
    countDelivered(mongo, filter),
  ]);
  const spared = [...tests, ...(filter.sparesPossiblyArrived ? arrived : [])];
  const count = sumOf(all) - sumOf(spared);
  return {
    count: Math.min(count, max),
    values: sumByCurrency([
      ...all.map(({ _id: currency, value }) => ({ currency, value })),
      ...spared.map(({ _id: currency, value }) => ({ currency, value: -value })),
    ]).filter(({ value }) => value > 0),
    mayHaveArrived: filter.sparesPossiblyArrived ? 0 : sumOf(arrived),
    tooOld,
    alreadyDelivered,
    samples: retryable === null || count > 0 ? 0 : await countSamples(mongo, retryable, index, now),
    // Of all that fit: those that are spared were counted among them until the count stopped.
    isTooLarge: sumOf(all) > max,
  };
}

interface CurrencyGroup {
  readonly _id: string | null;
  readonly count: number;
  readonly value: number;
}

const sumOf = (groups: readonly CurrencyGroup[]): number => groups.reduce((sum, { count }) => sum + count, 0);

/** Two are made for it, so that it is added up from their keys alone; of a rare name there is less to read. */
async function indexFor(mongo: MongoConnection, { accountId, eventName }: BulkRetryFilter): Promise<string> {
  if (eventName !== null && (await new EventList(mongo).isRare(eventName))) return "listed_by_name";
  return accountId === null ? "retry_plan" : "retry_plan_by_account";
}

/** In two halves at once: MongoDB adds the keys of a query up on one core, at twenty microseconds each. */
async function countSendable(
  mongo: MongoConnection,
  filter: EventFilter,
  index: string,
  now: Date,
  max: number,
): Promise<CurrencyGroup[]> {
  const { acceptedAt } = within(filter, now);
  const from = acceptedAt.$gte.getTime();
  const middle = new Date(Math.max(from, (from + (filter.acceptedTo ?? now).getTime()) / 2));
  const sumOfHalf = (half: object) =>
    sumByIndex(mongo, { ...planned(filter), acceptedAt: half, ...sendable(filter, now) }, index, max);
  const halves = [
    { ...acceptedAt, $lt: middle },
    { ...acceptedAt, $gte: middle },
  ];
  return (await Promise.all(halves.map(sumOfHalf))).flat();
}

/** Apart, because the keys of that index cannot tell: these few are read. Tests are counted apart as well. */
function countArrived(mongo: MongoConnection, filter: EventFilter, now: Date, max: number): Promise<CurrencyGroup[]> {
  const arrived = {
    ...planned(filter),
    ...within(filter, now),
    ...sendable(filter, now),
    "attempts.mayHaveArrived": true,
    ...(filter.withoutTests ? { testCode: null } : {}),
  };
  return sumByIndex(mongo, arrived, "retry_plan_arrived", max);
}

const IS_TEST = { testCode: { $gt: "" } };

/** Those that a filter leaves out, none if it does not: apart, for the same reason. */
async function countTests(
  mongo: MongoConnection,
  filter: EventFilter,
  now: Date,
  max: number,
): Promise<CurrencyGroup[]> {
  if (!filter.withoutTests) return [];
  const tests = { ...planned(filter), ...within(filter, now), ...sendable(filter, now), ...IS_TEST };
  return sumByIndex(mongo, tests, "retry_plan_tests", max);
}

function sumByIndex(mongo: MongoConnection, match: object, hint: string, max: number): Promise<CurrencyGroup[]> {
  return storing(() =>
    mongo.native.events
      .aggregate<CurrencyGroup>(
        [
          { $match: match },
          { $limit: max + 1 },
          { $group: { _id: "$details.currency", count: { $sum: 1 }, value: { $sum: "$details.value" } } },
        ],
        { readPreference: "primary", maxTimeMS: MAX_TIME_MS, hint },
      )
      .toArray(),
  );
}

async function countTooOld(mongo: MongoConnection, filter: EventFilter, hint: string, now: Date): Promise<number> {
  const { endedAt, sample } = sendable(filter, now);
  const tooOld = { endedAt, sample, expiresAt: { $lte: now } };
  const tests = filter.withoutTests
    ? await countPlanned(mongo, filter, { ...tooOld, ...IS_TEST }, "retry_plan_tests", MAX_TOO_OLD_COUNT)
    : 0;
  return (await countPlanned(mongo, filter, tooOld, hint, MAX_TOO_OLD_COUNT + tests)) - tests;
}

function countSamples(mongo: MongoConnection, filter: EventFilter, hint: string, now: Date): Promise<number> {
  return countPlanned(mongo, filter, { endedAt: sendable(filter, now).endedAt, sample: true }, hint, MAX_SAMPLE_COUNT);
}

function countPlanned(
  mongo: MongoConnection,
  filter: EventFilter,
  more: object,
  hint: string,
  limit: number,
): Promise<number> {
  const { acceptedFrom, acceptedTo } = filter;
  const accepted = {
    ...(acceptedFrom === null ? {} : { $gte: acceptedFrom }),
    ...(acceptedTo === null ? {} : { $lt: acceptedTo }),
  };
  const match = {
    ...planned(filter),
    ...(Object.keys(accepted).length === 0 ? {} : { acceptedAt: accepted }),
    ...more,
  };
  const options = { limit, maxTimeMS: MAX_TIME_MS, hint, readPreference: "primary" } as const;
  return storing(() => mongo.native.events.countDocuments(match, options));
}

/**
 * A filter in the words of the plan's indexes, which are only used for some of their statuses if they hear all of them.
 */
function planned({ accountIds, statuses, reason, eventName }: EventFilter) {
  return {
    status: { $in: [...statuses] },
    $and: [{ status: { $in: RETRYABLE } }],
    ...(accountIds === null ? {} : { accountId: { $in: [...accountIds] } }),
    ...(reason === null ? {} : { reason }),
    ...(eventName === null ? {} : { eventName }),
  };
}

function within(filter: EventFilter, now: Date) {
  const until = filter.acceptedTo === null ? {} : { $lt: filter.acceptedTo };
  return { acceptedAt: { $gte: sendableTimes(filter, now), ...until } };
}

/** Only where the filter speaks of them: of no status, or of `delivered`; a reason is never theirs. */
async function countDelivered(mongo: MongoConnection, filter: BulkRetryFilter): Promise<number> {
  const { statuses, reason } = filter;
  if (reason !== null || (statuses.length > 0 && !statuses.includes("delivered"))) return 0;
  return new EventList(mongo).countUpTo(MAX_DELIVERED_COUNT, eventFilterOf(filter, ["delivered"]));
}
