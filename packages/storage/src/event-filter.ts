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
}

export const ALL_EVENTS: EventFilter = {
  ids: null,
  accountIds: null,
  statuses: [],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
};

/**
 * A place in the list, which runs from the newest acceptance to the oldest; within one millisecond from the greatest id
 * down.
 */
export interface EventPosition {
  readonly acceptedAt: Date;
  readonly id: string;
}
