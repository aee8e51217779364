import { type CapiRelay, isCapiRelayError, isRelayUnreachable } from "@capi-relay/sdk";
import type { Lead } from "./read-lead.ts";

/** What became of reporting a lead. The words hold nothing about the visitor. */
export type Reported =
  | { readonly kind: "taken"; readonly id: string }
  | { readonly kind: "sent_before" }
  | { readonly kind: "failed"; readonly why: string };

/** Nobody looks at a loading page for longer. */
const DEADLINE_MS = 5_000;

/** Reports a lead. Note the name: Meta refuses `Lead` for WhatsApp and takes `LeadSubmitted`. */
export async function reportLead(
  { leadId, phoneE164, email }: Lead,
  relay: CapiRelay,
  accountId: string,
): Promise<Reported> {
  try {
    const { id } = await relay.conversions.send(
      { accountId, eventName: "LeadSubmitted", eventId: `lead-${leadId}:LeadSubmitted`, phoneE164, email },
      { deadlineMs: DEADLINE_MS },
    );
    return { kind: "taken", id };
  } catch (error) {
    // The same page sent again with another number: the first one stands.
    if (isCapiRelayError(error, "event_id_conflict")) return { kind: "sent_before" };
    if (isCapiRelayError(error)) return { kind: "failed", why: `${error.code}: ${error.message}` };
    if (isRelayUnreachable(error)) return { kind: "failed", why: error.message };
    throw error;
  }
}
