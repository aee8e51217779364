import { z } from "zod";
import { Bsuid, ConversationId, CtwaClid, PhoneE164 } from "./contact.ts";
import { CurrencyCode } from "./currency-code.ts";
import { PlainText } from "./plain-text.ts";

/** `quantity` and `itemPrice` are per line: 2 shirts at 20 are `{ quantity: 2, itemPrice: 20 }`. */
export const ContentLine = z
  .strictObject({
    id: PlainText(200),
    quantity: z.int().min(1).max(1_000_000),
    itemPrice: z.number().min(0).max(1e12).optional(),
  })
  .meta({ id: "ContentLine", description: "One line of an order." });
export type ContentLine = z.infer<typeof ContentLine>;

const ConversionFields = z.strictObject({
  accountId: PlainText(64),
  /** Judged against the account's own list, not here: a refused name deserves an answer that names the accepted ones. */
  eventName: PlainText(64),
  /** The key against double counts. Stable per conversion, e.g. `order-1042:Purchase`; `@` is refused so that no e-mail address becomes an id. */
  eventId: z
    .string()
    .min(1)
    .max(128)
    .regex(
      /^[A-Za-z0-9._:#/+=-]+$/,
      "may hold letters, digits and . _ : # / + = - only (no e-mail addresses, no spaces)",
    ),
  conversationId: ConversationId.optional(),
  phoneE164: PhoneE164.optional(),
  bsuid: Bsuid.optional(),
  ctwaClid: CtwaClid.optional(),
  /** Whole Unix seconds: when the conversion happened. The time of the request if absent. */
  eventTime: z.int("must be whole Unix seconds").min(1).optional(),
  value: z.number().min(0).max(1e12).optional(),
  currency: CurrencyCode.optional(),
  contentIds: z.array(PlainText(200)).max(500).optional(),
  contents: z.array(ContentLine).max(500).optional(),
  numItems: z.int().min(0).max(1_000_000).optional(),
  orderId: PlainText(200).optional(),
  email: PlainText(320)
    .regex(/^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/, "must be one e-mail address")
    .optional(),
  externalId: PlainText(200).optional(),
  testCode: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/, "may hold letters, digits, - and _ only")
    .optional(),
});

/** What a person may correct in an event that Meta refused or that failed. Times and ids are never rewritten. */
export const ConversionChanges = ConversionFields.pick({
  eventName: true,
  conversationId: true,
  phoneE164: true,
  bsuid: true,
  ctwaClid: true,
  value: true,
  currency: true,
  contentIds: true,
  contents: true,
  numItems: true,
  orderId: true,
  email: true,
  externalId: true,
})
  .partial()
  .meta({ id: "ConversionChanges", description: "Fields to correct before the event is sent again." });
export type ConversionChanges = z.infer<typeof ConversionChanges>;

export const RetryRequest = z
  .strictObject({ changes: ConversionChanges.optional() })
  .meta({ id: "RetryRequest", description: "Nothing, to send it again as it is; or what to correct first." });

/** What really became of an event whose outcome nobody knew. */
export const ResolveRequest = z
  .strictObject({ as: z.enum(["delivered", "resend", "abandon"]) })
  .meta({ id: "ResolveRequest", description: "What really became of an event whose outcome nobody knew." });
export type Resolution = z.infer<typeof ResolveRequest>["as"];

/**
 * What an order system reports: the seed's request, strictly (an unknown field is an error), with the rules that need
 * neither clock nor account. Those that do are in `judgeIntake` of the domain.
 */
export const ConversionRequest = ConversionFields.superRefine((request, context) => {
  if (!request.conversationId && !request.phoneE164 && !request.bsuid && !request.ctwaClid) {
    context.addIssue({
      code: "custom",
      path: ["conversationId"],
      message: "say whose conversion it is: send conversationId, phoneE164, bsuid or ctwaClid",
      params: { code: "contact_required" },
    });
  }
  if (request.eventName === "Purchase" && !(request.value !== undefined && request.value > 0)) {
    context.addIssue({
      code: "custom",
      path: ["value"],
      message: "a Purchase needs value, a number greater than 0",
      params: { code: "value_required" },
    });
  }
  if (request.value !== undefined && request.currency === undefined) {
    context.addIssue({
      code: "custom",
      path: ["currency"],
      message: "a value needs currency, an ISO 4217 code such as BRL",
      params: { code: "currency_required" },
    });
  }
}).meta({ id: "ConversionRequest", description: "A conversion, as an order system reports it." });
export type ConversionRequest = z.infer<typeof ConversionRequest>;
