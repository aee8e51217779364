import { z } from "zod";
import { Bsuid, ConversationId, CtwaClid, PhoneE164 } from "./contact.ts";
import { PlainLines, PlainText } from "./plain-text.ts";

/** A click from elsewhere: a business solution provider, an import. */
export const ClickImport = z
  .strictObject({
    accountId: PlainText(64),
    ctwaClid: CtwaClid,
    /** When the ad was clicked, or the message it led to arrived: whole Unix seconds, or ISO 8601 with a time zone. */
    clickedAt: z.union(
      [
        z
          .int()
          .min(1_000_000_000)
          .max(99_999_999_999)
          .transform((seconds) => new Date(seconds * 1_000)),
        z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
      ],
      "must be whole Unix seconds, or a time such as 2026-11-20T12:00:00Z",
    ),
    conversationId: ConversationId.optional(),
    phoneE164: PhoneE164.optional(),
    bsuid: Bsuid.optional(),
    adId: z
      .string()
      .regex(/^[0-9]{1,32}$/, "must be digits only")
      .optional(),
    sourceUrl: PlainText(2048)
      .refine((url) => URL.canParse(url), "must be an address")
      .optional(),
    headline: PlainLines(500).optional(),
  })
  .refine((click) => click.conversationId ?? click.phoneE164 ?? click.bsuid, {
    path: ["phoneE164"],
    error: "say whose click it is: send phoneE164, bsuid or conversationId",
    params: { code: "contact_required" },
  })
  .meta({ id: "ClickImport", description: "An ad click that did not come by this relay's own webhook." });
export type ClickImport = z.infer<typeof ClickImport>;

export const ClickReceipt = z
  .object({
    id: z.string().describe("Ours, of the click."),
    conversationId: z.string().describe("The contact the click belongs to."),
  })
  .meta({ id: "ClickReceipt", description: "The click is stored, and conversions that waited for it go out." });
