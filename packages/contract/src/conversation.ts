import { z } from "zod";
import type { Answer } from "./answer.ts";
import { Bsuid, PhoneE164 } from "./contact.ts";
import { Moment } from "./moment.ts";
import { PlainText } from "./plain-text.ts";

const NEEDS_ONE_CONTACT = "send phoneE164 or bsuid";

export const ConversationLookup = z
  .strictObject({
    accountId: PlainText(64).describe("The account whose contact it is."),
    phoneE164: PhoneE164.optional().describe("Digits with the country code, without `+`. This or bsuid is required."),
    bsuid: Bsuid.optional().describe("WhatsApp's business-scoped user id."),
  })
  .refine((lookup) => lookup.phoneE164 !== undefined || lookup.bsuid !== undefined, {
    path: ["phoneE164"],
    error: NEEDS_ONE_CONTACT,
    params: { code: "contact_required" },
  })
  .meta({
    id: "ConversationLookup",
    description: "Whose conversation to look for.",
    examples: [
      { accountId: "shop-1", phoneE164: "5511987654321" },
      { accountId: "shop-1", bsuid: "BR.1502576394655843" },
    ],
  });
export type ConversationLookup = z.infer<typeof ConversationLookup>;

/** One ad click of a contact. */
export const ClickView = z
  .object({
    id: z.string().describe("Ours; Meta's click id is a personal identifier and stays inside."),
    clickedAt: Moment("No later than: the message that brought the click, since Meta tells no click time."),
    adId: z.string().nullable().describe("Meta's id of the ad."),
    sourceUrl: z.string().nullable().describe("The address of the ad or post."),
    headline: z.string().nullable().describe("The ad's headline."),
  })
  .meta({ id: "Click", description: "One ad click of a contact." });
export type ClickView = Answer<typeof ClickView>;

/** A contact's thread with one WhatsApp Business Account, and every ad click it holds. */
export const ConversationView = z
  .object({
    conversationId: z.string().describe("Send it with a conversion to name this contact without personal data."),
    accountId: z.string().describe("The account whose contact it is."),
    hasClick: z.boolean().describe("Whether any ad click of this contact is known."),
    matchedBy: z
      .enum(["bsuid", "phone", "phone_variant"])
      .optional()
      .describe("In a lookup: by what the contact was found. `phone_variant` is another way to write the same number."),
    clicks: z.array(ClickView).describe("Newest first."),
    createdAt: Moment("When the contact was first seen."),
  })
  .meta({
    id: "Conversation",
    description: "A contact's thread with one WhatsApp Business Account, and its ad clicks.",
  });
export type ConversationView = Answer<typeof ConversationView>;

export const ConversationMatches = z
  .object({ conversations: z.array(ConversationView).describe("Everybody who fits; usually one or nobody.") })
  .meta({ id: "ConversationMatches", description: "Who fits a lookup." });
