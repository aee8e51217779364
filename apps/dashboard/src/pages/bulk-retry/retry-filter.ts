import type { BulkRetryFilter } from "@capi-relay/storage";
import { type EventQuery, queryOf } from "../events/event-query.ts";

/** A list's filter as the filter of a bulk retry. Whatever may have arrived is left alone unless somebody wants it. */
export function retryFilterOf({ filter }: EventQuery, sparesPossiblyArrived: boolean): BulkRetryFilter {
  const { accountIds, statuses, reason, eventName, acceptedFrom, acceptedTo } = filter;
  return {
    accountId: accountIds?.[0] ?? null,
    statuses,
    reason,
    eventName,
    acceptedFrom,
    acceptedTo,
    sparesPossiblyArrived,
  };
}

/** The page that asks what a retry would do, filled in. */
export function bulkRetryPath({ accountId = null, ...filter }: Partial<BulkRetryFilter>): string {
  return `/bulk-retry/plan${queryOf({ ...filter, accountIds: accountId === null ? null : [accountId] }, null)}`;
}
