import type { TimeRange } from "@capi-relay/insight";
import type { EventFilter } from "@capi-relay/storage";
import { eventsPath } from "../events/event-query.ts";

/** What the figures of a page are about. */
export interface FigureScope {
  /** Null for all accounts together. */
  readonly accountId: string | null;
  readonly from: Date;
  /** Null for a period that is not over. */
  readonly until: Date | null;
}

type What = Partial<Pick<EventFilter, "statuses" | "reason" | "eventName">>;

export function figureScope(accountId: string | null, { from, until }: TimeRange, now: Date): FigureScope {
  return { accountId, from, until: until > now ? null : until };
}

/** The list of just the events that a figure counts by their acceptance. */
export function acceptedPath({ accountId, from, until }: FigureScope, what: What): string {
  return listPath(accountId, { ...what, acceptedFrom: from, acceptedTo: until });
}

/** The list of just the events that a figure counts by their ending. */
export function endedPath({ accountId, from, until }: FigureScope, what: What): string {
  return listPath(accountId, { ...what, endedFrom: from, endedTo: until });
}

/** The list of events as they stand now, whatever the period. */
export function standingPath(accountId: string | null, what: What): string {
  return listPath(accountId, what);
}

function listPath(accountId: string | null, filter: Partial<EventFilter>): string {
  return eventsPath({ ...filter, accountIds: accountId === null ? null : [accountId], withoutTests: true });
}
