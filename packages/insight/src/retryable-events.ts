import type { EventStatus } from "@capi-relay/contract";
import {
  ALL_EVENTS,
  type BulkPosition,
  type BulkRetryFilter,
  type EventFilter,
  type MongoConnection,
  queriesOf,
  RETRYABLE,
  storing,
} from "@capi-relay/storage";
import { notUpTo } from "./bulk-walk.ts";
import { DAY_MS } from "./time-span.ts";

/**
 * Meta takes an event for seven days after it happened, and none happens more than a minute after it was accepted:
 * whatever was accepted longer ago than this cannot be sent any more, and an order does not even look at it.
 */
const SENDABLE_MS = 7 * DAY_MS;

/** The statuses of a filter that a bulk retry touches; all retryable ones if it names none. */
function retryableStatuses({ statuses }: BulkRetryFilter): EventStatus[] {
  return statuses.length === 0 ? [...RETRYABLE] : statuses.filter((status) => RETRYABLE.includes(status));
}

/** A filter for what ended badly and might be retried. Null if it names no status that may be. */
export function retryableFilter(filter: BulkRetryFilter): EventFilter | null {
  const statuses = retryableStatuses(filter);
  return statuses.length === 0 ? null : eventFilterOf(filter, statuses);
}

/**
 * What an order leaves alone for its whole time: what ended later, is too old for Meta, or is a sample and can never be
 * sent.
 */
export function sendable({ endedFrom, endedTo }: EventFilter, endedBefore: Date) {
  const before = endedTo !== null && endedTo < endedBefore ? endedTo : endedBefore;
  return {
    endedAt: { ...(endedFrom === null ? {} : { $gte: endedFrom }), $lt: before },
    expiresAt: { $gt: endedBefore },
    sample: { $ne: true as const },
  };
}

/** The filter's own times, and no longer ago than Meta takes events for. */
export function sendableTimes({ acceptedFrom }: EventFilter, endedBefore: Date): Date {
  const oldest = new Date(endedBefore.getTime() - SENDABLE_MS);
  return acceptedFrom !== null && acceptedFrom > oldest ? acceptedFrom : oldest;
}

export function eventFilterOf(filter: BulkRetryFilter, statuses: readonly EventStatus[]): EventFilter {
  const { accountId, reason, eventName, acceptedFrom, acceptedTo } = filter;
  const { endedFrom = null, endedTo = null, withoutTests = false } = filter;
  return {
    ...ALL_EVENTS,
    accountIds: accountId === null ? null : [accountId],
    statuses,
    reason,
    eventName,
    acceptedFrom,
    acceptedTo,
    endedFrom,
    endedTo,
    withoutTests,
  };
}

/** The next events of an order, oldest acceptance first: their windows close first. */
export async function nextRetryable(
  mongo: MongoConnection,
  { filter, endedBefore, position }: { filter: BulkRetryFilter; endedBefore: Date; position: BulkPosition | null },
  limit: number,
): Promise<BulkPosition[]> {
  const retryable = retryableFilter(filter);
  if (retryable === null) return [];
  // Its time of ending is not looked for by an index: orders go by acceptance, and not far back.
  const byAcceptance = { ...retryable, endedFrom: null, endedTo: null };
  const [found] = queriesOf({ ...byAcceptance, acceptedFrom: sendableTimes(retryable, endedBefore) });
  if (found === undefined) return [];
  const { $and = [], ...rest } = found.query;
  const spared = filter.sparesPossiblyArrived ? { "attempts.mayHaveArrived": { $ne: true } } : {};
  // Beside the filter's own bounds of time, which have the same field.
  const beyond = position === null ? [] : [{ acceptedAt: { $gte: position.acceptedAt } }, notUpTo(position)];
  const rows = await storing(() =>
    mongo.native.events
      .find(
        { ...rest, ...spared, ...sendable(retryable, endedBefore), $and: [...$and, ...beyond] },
        { readPreference: "primary", projection: { acceptedAt: 1 }, hint: found.index },
      )
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(limit)
      .toArray(),
  );
  return rows.map(({ _id, acceptedAt }) => ({ acceptedAt, id: _id }));
}
