import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { isPastDeadline } from "./event-deadline.ts";
import { wasDelivered } from "./judge-standing.ts";
import { retryDelayMs } from "./retry-delay.ts";
import { lostToTheDeadline, mayBeResent, type UnknownOutcomePolicy } from "./settle-verdict.ts";

/** After this many unfinished starts in a row an event runs alone, so that it takes no others along. */
export const ALONE_AFTER_STARTS = 2;

/** Three more unfinished starts, alone, and the event itself is to blame. */
export const QUARANTINE_AFTER_STARTS = ALONE_AFTER_STARTS + 3;

export interface Interruption {
  /** Unfinished starts in a row, this one included. */
  readonly starts: number;
  /** False only if it is known that the request had not left. */
  readonly mayHaveArrived: boolean;
}

/** What becomes of an event whose worker died, or fell silent for longer than its lease, in the middle of a turn. */
export function outcomeOfInterruption(
  { starts, mayHaveArrived }: Interruption,
  event: Pick<ConversionEvent, "attempts" | "expiresAt" | "eventName">,
  policy: { readonly unknownOutcome: UnknownOutcomePolicy },
  now: Date,
  jitter: number,
  scale: number,
): DeliveryOutcome {
  if (wasDelivered(event)) return { status: "delivered", reason: null };
  if (starts >= QUARANTINE_AFTER_STARTS) return { status: "failed", reason: "quarantined" };
  const dueAt = new Date(now.getTime() + retryDelayMs(starts, jitter, scale));
  const tooLate = isPastDeadline(event.expiresAt, dueAt);
  if (mayHaveArrived && (tooLate || !mayBeResent(event, policy))) {
    return { status: "outcome_unknown", reason: "worker_interrupted" };
  }
  if (tooLate) return lostToTheDeadline(event);
  return { status: "retry_scheduled", reason: "worker_interrupted", dueAt };
}
