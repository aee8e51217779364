import type { EventReason, EventStatus } from "@capi-relay/contract";

/** Which events to list. What is null, or an empty list of statuses, does not narrow. */
export interface EventFilter {
  /**
   * Ids of the ledger: an `eventId` of a caller becomes one with `deliveryKey`, per account. An empty list fits
   * nothing.
   */
  readonly ids: readonly string[] | null;
  readonly accountIds: readonly string[] | null;
  readonly statuses: readonly EventStatus[];
  readonly reason: EventReason | null;
  /** The name that goes to Meta. */
  readonly eventName: string | null;
  /** Accepted at this moment or later. */
  readonly acceptedFrom: Date | null;
  /** Accepted before this moment, so that two ranges that meet share no event. */
  readonly acceptedTo: Date | null;
  /** Ended at this moment or later. A list of what ended in some time runs by ending, not by acceptance. */
  readonly endedFrom: Date | null;
  /** Ended before this moment. */
  readonly endedTo: Date | null;
  /** Leaves test events out, as the figures do. */
  readonly withoutTests: boolean;
}

export const ALL_EVENTS: EventFilter = {
  ids: null,
  accountIds: null,
  statuses: [],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  endedFrom: null,
  endedTo: null,
  withoutTests: false,
};

export function runsByEnding({ endedFrom, endedTo }: Pick<EventFilter, "endedFrom" | "endedTo">): boolean {
  return endedFrom !== null || endedTo !== null;
}

/**
 * A place in the list, which runs from the newest acceptance (or ending) to the oldest; within one millisecond from the
 * greatest id down.
 */
export interface EventPosition {
  readonly acceptedAt: Date;
  /** Looked at only where the list runs by ending. */
  readonly endedAt?: Date | null;
  readonly id: string;
}
