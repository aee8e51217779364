import { z } from "zod";
import { Bsuid, PhoneE164 } from "./contact.ts";
import { PlainText } from "./plain-text.ts";

const NEEDS_ONE_CONTACT = "send phoneE164 or bsuid";

export const ConversationLookup = z
  .strictObject({
    accountId: PlainText(64),
    phoneE164: PhoneE164.optional(),
    bsuid: Bsuid.optional(),
  })
  .refine((lookup) => lookup.phoneE164 !== undefined || lookup.bsuid !== undefined, {
    path: ["phoneE164"],
    error: NEEDS_ONE_CONTACT,
    params: { code: "contact_required" },
  });
export type ConversationLookup = z.infer<typeof ConversationLookup>;

/** One ad click of a contact. */
export interface ClickView {
  /** Ours; Meta's click id is a personal identifier and stays inside. */
  readonly id: string;
  /** ISO 8601; no later than: the message that brought the click, since Meta tells no click time. */
  readonly clickedAt: string;
  readonly adId: string | null;
  readonly sourceUrl: string | null;
  readonly headline: string | null;
}

/** A contact's thread with one WhatsApp Business Account, and every ad click it holds. */
export interface ConversationView {
  readonly conversationId: string;
  readonly accountId: string;
  readonly hasClick: boolean;
  readonly matchedBy?: "bsuid" | "phone" | "phone_variant";
  readonly clicks: readonly ClickView[];
  readonly createdAt: string;
}
