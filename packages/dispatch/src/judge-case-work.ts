import { type EventStatus, isTerminal } from "@capi-relay/contract";
import { CANCELLABLE, type LedgerEvent, RETRYABLE } from "@capi-relay/storage";
import type { RedriveRefusal } from "./redrive-refusal.ts";

/** Statuses from which a person may send an event again. */
const REDRIVABLE: readonly EventStatus[] = [...RETRYABLE, "retry_scheduled"];

type Standing = Pick<LedgerEvent, "status" | "expiresAt" | "attempts" | "sample">;

/** Why an event is not sent again as it is; null when it may be. */
export function redriveRefusal(event: Standing, now: Date): RedriveRefusal | null {
  if (event.sample === true) return "sample_data";
  if (event.status === "delivered") return "already_delivered";
  if (event.status === "outcome_unknown") return "outcome_unknown";
  if (event.status === "cancelled") return "cancelled";
  if (event.status === "expired" || event.expiresAt <= now) return "window_passed";
  if (event.status === "waiting_click" || event.status === "held") return "goes_by_itself";
  return REDRIVABLE.includes(event.status) ? null : "under_way";
}

/** Why an event that may be sent again is not corrected first; null when it may be. */
export function correctionRefusal(event: Standing): RedriveRefusal | null {
  if (event.status !== "rejected" && event.status !== "failed") return "not_correctable";
  return arrivalRefusal(event);
}

/** Why somebody should think twice about an event: Meta may hold it already. Null when it cannot. */
export function arrivalRefusal({ attempts }: Pick<Standing, "attempts">): RedriveRefusal | null {
  return attempts.some((attempt) => attempt.mayHaveArrived) ? "may_have_arrived" : null;
}

/** Why an event is not cancelled; null when it may be, unless a worker takes it meanwhile. */
export function cancelRefusal(event: Standing): RedriveRefusal | null {
  const mayHaveArrived = arrivalRefusal(event);
  if (mayHaveArrived !== null) return mayHaveArrived;
  if (isTerminal(event.status)) return "already_ended";
  return CANCELLABLE.includes(event.status) ? null : "under_way";
}
