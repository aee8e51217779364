import type { EventStatus } from "@capi-relay/contract";

/**
 * In which an event waits for its next try, so that a worker may take it. Nobody takes over `sending` but the sweeper.
 */
export const CLAIMABLE: readonly EventStatus[] = ["queued", "retry_scheduled"];

/** In which nothing of an event is on its way, so that it may be cancelled. */
export const CANCELLABLE: readonly EventStatus[] = [...CLAIMABLE, "waiting_click", "held"];

/** In which an event may be that the sweeper took from a worker it believed dead, and that nobody has sent since. */
export const TAKEN_AWAY: readonly EventStatus[] = [...CANCELLABLE, "outcome_unknown", "failed"];

/**
 * Where events stand that took any other way than the straight one: stored, sent, delivered. Every one of them has a
 * reason, and the others have none, but for a queued one whose worker stopped.
 */
export const ASTRAY: readonly EventStatus[] = [
  "waiting_click",
  "held",
  "retry_scheduled",
  "outcome_unknown",
  "rejected",
  "failed",
  "skipped",
  "expired",
  "cancelled",
];

/** Endings but the one that everybody wants: few, and each has a reason. */
export const ENDED_ASTRAY: readonly EventStatus[] = ["rejected", "failed", "skipped", "expired", "cancelled"];

/** Endings that a person may order to be retried in bulk: what Meta counted, or may have, is not among them. */
export const RETRYABLE: readonly EventStatus[] = ["rejected", "failed", "skipped"];

/** All that are no endings: what the sweeper and the metrics look at. */
export const UNFINISHED: readonly EventStatus[] = [
  "queued",
  "waiting_click",
  "held",
  "sending",
  "retry_scheduled",
  "outcome_unknown",
];
