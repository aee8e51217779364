import type { EventStatus } from "@capi-relay/contract";
import {
  type BulkRetryFilter,
  type BulkRetryPosition,
  type EventFilter,
  type MongoConnection,
  queriesOf,
  storing,
} from "@capi-relay/storage";

/** Endings that a person may order to be retried in bulk: what Meta counted, or may have, is not among them. */
const RETRYABLE: readonly EventStatus[] = ["rejected", "failed", "skipped"];

/** The statuses of a filter that a bulk retry touches; all retryable ones if it names none. */
function retryableStatuses({ statuses }: BulkRetryFilter): EventStatus[] {
  return statuses.length === 0 ? [...RETRYABLE] : statuses.filter((status) => RETRYABLE.includes(status));
}

/** What a bulk retry looks through, and the index that finds it. Null if the filter names no status that may be retried. */
export function retryableQuery(filter: BulkRetryFilter, endedBefore: Date) {
  const statuses = retryableStatuses(filter);
  if (statuses.length === 0) return null;
  const [found] = queriesOf(eventFilterOf(filter, statuses));
  if (found === undefined) return null;
  const spared = filter.sparesPossiblyArrived ? { "attempts.mayHaveArrived": { $ne: true } } : {};
  return { query: { ...found.query, ...spared, endedAt: { $lt: endedBefore } }, index: found.index };
}

export function eventFilterOf(filter: BulkRetryFilter, statuses: readonly EventStatus[]): EventFilter {
  const { accountId, reason, eventName, acceptedFrom, acceptedTo } = filter;
  return {
    ids: null,
    accountIds: accountId === null ? null : [accountId],
    statuses,
    reason,
    eventName,
    acceptedFrom,
    acceptedTo,
  };
}

/** The next events of an order, oldest acceptance first: their windows close first. */
export async function nextRetryable(
  mongo: MongoConnection,
  { filter, endedBefore, position }: { filter: BulkRetryFilter; endedBefore: Date; position: BulkRetryPosition | null },
  limit: number,
): Promise<BulkRetryPosition[]> {
  const retryable = retryableQuery(filter, endedBefore);
  if (retryable === null) return [];
  const { query, index } = retryable;
  const { $and = [], ...rest } = query;
  // Beside the filter's own bounds of time, which have the same field.
  const beyond = position === null ? [] : [{ acceptedAt: { $gte: position.acceptedAt } }, notUpTo(position)];
  const rows = await storing(() =>
    mongo.native.events
      .find(
        { ...rest, $and: [...$and, ...beyond] },
        { readPreference: "primary", projection: { acceptedAt: 1 }, hint: index },
      )
      .sort({ acceptedAt: 1, _id: 1 })
      .limit(limit)
      .toArray(),
  );
  return rows.map(({ _id, acceptedAt }) => ({ acceptedAt, id: _id }));
}

function notUpTo({ acceptedAt, id }: BulkRetryPosition) {
  return { $nor: [{ acceptedAt, _id: { $lte: id } }] };
}
