import type { AutomaticEvent } from "./automatic-event.ts";
import { AutomaticEventPart } from "./webhook-parts.ts";

/** Null when it does not say what happened, when, or in which message: nothing of that can be guessed. */
export function readAutomaticEvent(raw: unknown, wabaId: string): AutomaticEvent | null {
  const parsed = AutomaticEventPart.safeParse(raw);
  if (!parsed.success) return null;
  const { id, event_name, timestamp, ctwa_clid, custom_data } = parsed.data;
  return {
    wabaId,
    messageId: id,
    eventName: event_name,
    happenedAt: timestamp,
    ctwaClid: ctwa_clid ?? null,
    thousandths: custom_data?.value ?? null,
    currency: custom_data?.currency ?? null,
  };
}
