import { EVENT_REASONS, type EventStatus } from "@capi-relay/contract";
import { type BulkRetryFilter, type EventFilter, RETRYABLE } from "@capi-relay/storage";
import { type EventQuery, queryOf } from "../events/event-query.ts";

/** A list's filter as the filter of a bulk retry. Whatever may have arrived is left alone unless somebody wants it. */
export function retryFilterOf({ filter }: EventQuery, sparesPossiblyArrived: boolean): BulkRetryFilter {
  const { accountIds, ...rest } = filter;
  const { statuses, reason, eventName, acceptedFrom, acceptedTo, endedFrom, endedTo, withoutTests } = rest;
  return {
    accountId: accountIds?.[0] ?? null,
    statuses,
    reason,
    eventName,
    acceptedFrom,
    acceptedTo,
    endedFrom,
    endedTo,
    withoutTests,
    sparesPossiblyArrived,
  };
}

/** False for a list of which a bulk retry sends nothing, whatever is in it: it is not offered there. */
export function mayBeRetried({ statuses, reason }: Pick<EventFilter, "statuses" | "reason">): boolean {
  const ofReason: readonly EventStatus[] = reason === null ? RETRYABLE : [EVENT_REASONS[reason].status].flat();
  return RETRYABLE.some((one) => ofReason.includes(one) && (statuses.length === 0 || statuses.includes(one)));
}

/** The page that asks what a retry would do, filled in. */
export function bulkRetryPath({ accountId = null, ...filter }: Partial<BulkRetryFilter>): string {
  return `/bulk-retry/plan${queryOf({ ...filter, accountIds: accountId === null ? null : [accountId] }, null)}`;
}
