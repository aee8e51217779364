import { type EventStatus, explainReason } from "@capi-relay/contract";
import type { LedgerEvent } from "@capi-relay/storage";

/** What a status means while it needs no reason. */
const WITHOUT_REASON: Partial<Record<EventStatus, string>> = {
  queued: "The event is stored and will be sent as soon as a worker is free.",
  sending: "A worker is sending the event to Meta right now.",
  delivered: "Meta has taken the event. In Events Manager it shows up after 20 minutes to some hours.",
};

const DELIVERED_TO_SANDBOX = "The sandbox has taken the event. Nothing was sent to Meta itself.";

/** Where an event stands, for people: what happened, and what to do. */
export function explainStanding({
  status,
  reason,
  sandbox,
}: Pick<LedgerEvent, "status" | "reason" | "sandbox">): string {
  if (reason !== null) return explainReason(reason, { sandbox });
  if (sandbox && status === "delivered") return DELIVERED_TO_SANDBOX;
  return WITHOUT_REASON[status] ?? "";
}
