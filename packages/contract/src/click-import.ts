import { z } from "zod";
import { Bsuid, ConversationId, CtwaClid, PhoneE164 } from "./contact.ts";
import { wrongMoment } from "./given-moment.ts";
import { PlainLines, PlainText } from "./plain-text.ts";

/** A click from elsewhere: a business solution provider, an import. */
export const ClickImport = z
  .strictObject({
    accountId: PlainText(64).describe("The account that advertised."),
    ctwaClid: CtwaClid.describe("Meta's click id, unchanged."),

    clickedAt: z
      .union(
        [
          z
            .int()
            .min(1_000_000_000)
            .max(99_999_999_999)
            .transform((seconds) => new Date(seconds * 1_000)),
          z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
        ],
        { error: wrongMoment },
      )
      .describe(
        "When the ad was clicked, or the message it led to arrived: whole Unix seconds, or ISO 8601 with a time zone; at most 60 seconds ahead. A click is of use for the 7 days after it.",
      ),
    conversationId: ConversationId.optional().describe(
      "The contact, if known. One of conversationId, phoneE164 and bsuid is required.",
    ),
    phoneE164: PhoneE164.optional().describe("The contact's number: digits with the country code, without `+`."),
    bsuid: Bsuid.optional().describe("WhatsApp's business-scoped user id of the contact."),
    adId: z
      .string()
      .regex(/^[0-9]{1,32}$/, "must be digits only")
      .optional()
      .describe("Meta's id of the ad."),
    sourceUrl: PlainText(2048)
      .refine((url) => URL.canParse(url), "must be an address")
      .optional()
      .describe("The address of the ad or post."),
    headline: PlainLines(500).optional().describe("The ad's headline."),
  })
  .refine((click) => click.conversationId ?? click.phoneE164 ?? click.bsuid, {
    path: ["phoneE164"],
    error: "say whose click it is: send phoneE164, bsuid or conversationId",
    params: { code: "contact_required" },
  })
  .meta({
    id: "ClickImport",
    description: "An ad click that did not come by this relay's own webhook.",
    examples: [
      {
        accountId: "shop-1",
        ctwaClid: "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFF4XvnO2E4Nx0",
        clickedAt: "2026-11-20T12:00:00Z",
        phoneE164: "5511987654321",
        adId: "120226305854810726",
      },
    ],
  });
export type ClickImport = z.infer<typeof ClickImport>;

export const ClickReceipt = z
  .object({
    id: z.string().describe("Ours, of the click."),
    conversationId: z.string().describe("The contact the click belongs to."),
  })
  .meta({ id: "ClickReceipt", description: "The click is stored, and conversions that waited for it go out." });
