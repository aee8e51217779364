import type { AttemptTrigger, EventReason, EventStatus } from "@capi-relay/contract";

/** One try at getting one event to Meta, as the ledger keeps it. */
export interface Attempt {
  readonly number: number;
  readonly trigger: AttemptTrigger;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly batchSize: number;
  readonly httpStatus: number | null;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly traceId: string | null;
  readonly outcome: EventStatus;
  readonly reason: EventReason | null;
  /** Meta may hold the event although no clean answer said so. */
  readonly mayHaveArrived: boolean;
  /** Throttling, pauses and innocent neighbours spend no attempt: they do not move the backoff on. */
  readonly spent: boolean;
  /** Meta's own words, in the caller's language, scrubbed of the event's values. Never leaves the ledger. */
  readonly metaTitle: string | null;
  readonly metaMessage: string | null;
}
