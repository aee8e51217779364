import type { EventReason } from "@capi-relay/contract";
import type { ConversionEvent } from "./conversion-event.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";
import { isInDoubt, policyFor, type UnknownOutcomePolicy } from "./settle-verdict.ts";

/** What decides whether anything may leave for an account right now. */
export interface DestinationState {
  readonly datasetId: string | null;
  readonly state: "active" | "paused";
  readonly pausedReason: EventReason | null;
  readonly throttledUntil: Date | null;
  readonly switchedOffEventNames: readonly string[];
  readonly unknownOutcome: UnknownOutcomePolicy;
}

/** The outcome for an event whose destination cannot take it now, or null when it can. Costs the event no attempt. */
export function judgeDestination(
  destination: DestinationState | null,
  {
    eventName,
    expiresAt,
    attempts,
    nextTrigger,
  }: Pick<ConversionEvent, "eventName" | "expiresAt" | "attempts" | "nextTrigger">,
  now: Date,
): DeliveryOutcome | null {
  if (destination?.switchedOffEventNames.includes(eventName)) {
    return { status: "rejected", reason: "meta_invalid_event_type" };
  }
  if (destination === null || destination.datasetId === null) return { status: "held", reason: "dataset_unknown" };
  if (destination.state === "paused")
    return { status: "held", reason: destination.pausedReason ?? "paused_by_operator" };
  // The account may have chosen to be asked since the try that left the doubt. Whom a person sends again is not asked
  // about.
  if (nextTrigger !== "manual" && isInDoubt(attempts) && policyFor(eventName, destination) === "hold")
    return { status: "outcome_unknown", reason: "no_clear_answer" };
  const { throttledUntil } = destination;
  if (throttledUntil === null || throttledUntil <= now) return null;
  // At its deadline at the latest the event is looked at again, and ends.
  return {
    status: "retry_scheduled",
    reason: "meta_throttled",
    dueAt: throttledUntil < expiresAt ? throttledUntil : expiresAt,
  };
}
