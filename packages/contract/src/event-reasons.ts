import { z } from "zod";
import { META_REASONS } from "./meta-reasons.ts";
import { RELAY_REASONS } from "./relay-reasons.ts";

/**
 * Every reason an event can carry, with the sentences shown by the API, the dashboards and the alerts.
 * Reasons that come from Meta's answer begin with `meta_`.
 */
export const EVENT_REASONS = { ...RELAY_REASONS, ...META_REASONS } as const;

export type EventReason = keyof typeof EVENT_REASONS;
export const EventReason = z.enum(Object.keys(EVENT_REASONS) as [EventReason, ...EventReason[]]).meta({
  id: "EventReason",
  description: "Why an event stands where it stands. Those that begin with `meta_` come from Meta's answer.",
});

/**
 * The sentences shown to people: what happened, then what to do.
 * @param sandbox True for an event that does not go to Meta itself: it can be looked up in the sandbox, not in Events
 *   Manager.
 */
export function explainReason(reason: EventReason, { sandbox = false }: { readonly sandbox?: boolean } = {}): string {
  const { happened, action } = EVENT_REASONS[reason];
  const explained = `${happened} ${action}`;
  return sandbox ? explained.replaceAll("Events Manager", "the sandbox") : explained;
}
