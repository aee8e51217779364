import type { EventReason } from "@capi-relay/contract";

/**
 * Every way a turn of an event can end, as the ledger stores it.
 * `retry_scheduled`, `held` and `waiting_click` are rests, not endings; the others a worker never leaves by itself.
 */
export type DeliveryOutcome =
  | { readonly status: "delivered"; readonly reason: null }
  | { readonly status: "retry_scheduled"; readonly reason: EventReason; readonly dueAt: Date }
  | { readonly status: "waiting_click"; readonly reason: "no_click_yet"; readonly dueAt: Date }
  | { readonly status: "held"; readonly reason: EventReason }
  | { readonly status: "outcome_unknown"; readonly reason: EventReason }
  | { readonly status: "rejected"; readonly reason: EventReason }
  | { readonly status: "failed"; readonly reason: EventReason }
  | { readonly status: "skipped"; readonly reason: EventReason }
  | { readonly status: "expired"; readonly reason: EventReason }
  | { readonly status: "cancelled"; readonly reason: EventReason };
