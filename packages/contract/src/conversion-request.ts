import { z } from "zod";
import { Bsuid, ConversationId, CtwaClid, PhoneE164 } from "./contact.ts";
import { CurrencyCode } from "./currency-code.ts";
import { PlainText } from "./plain-text.ts";

/** `quantity` and `itemPrice` are per line: 2 shirts at 20 are `{ quantity: 2, itemPrice: 20 }`. */
export const ContentLine = z
  .strictObject({
    id: PlainText(200).describe("Your id of the product."),
    quantity: z.int().min(1).max(1_000_000).describe("How many of it."),
    itemPrice: z.number().min(0).max(1e12).optional().describe("The price of one, in units of the currency."),
  })
  .meta({ id: "ContentLine", description: "One line of an order." });
export type ContentLine = z.infer<typeof ContentLine>;

const ConversionFields = z.strictObject({
  accountId: PlainText(64).describe("The account that advertised."),
  /**
   * Judged against the account's own list, not here: a refused name deserves an answer that names the accepted ones.
   */
  eventName: PlainText(64).describe("One the account allows. For leads `LeadSubmitted`, not `Lead`."),
  /** `@` is refused so that no e-mail address becomes an id. */
  eventId: z
    .string()
    .min(1)
    .max(128)
    .regex(
      /^[A-Za-z0-9._:#/+=-]+$/,
      "may hold letters, digits and . _ : # / + = - only (no e-mail addresses, no spaces)",
    )
    .describe("The key against double counts: one per conversion for ever, and the same for a repeat."),
  conversationId: ConversationId.optional().describe(
    "The contact, as the look-up answered. One of conversationId, phoneE164, bsuid and ctwaClid is required.",
  ),
  phoneE164: PhoneE164.optional().describe("The contact's number: digits with the country code, without `+`."),
  bsuid: Bsuid.optional().describe("WhatsApp's business-scoped user id of the contact."),
  ctwaClid: CtwaClid.optional().describe("Meta's click id, unchanged; taken at its word."),

  eventTime: z
    .int("must be whole Unix seconds")
    .min(1)
    .optional()
    .describe("When it happened, in whole Unix seconds, at most 7 days ago. Left out: the time of the request."),
  value: z
    .number()
    .min(0)
    .max(1e12)
    .optional()
    .describe("In units of the currency, not cents. Required for `Purchase`, and above 0."),
  currency: CurrencyCode.optional().describe("ISO 4217. Required with `value`."),
  contentIds: z.array(PlainText(200)).max(500).optional().describe("Your ids of the products."),
  contents: z
    .array(ContentLine)
    .max(500)
    .optional()
    .describe("The lines of the order: 2 shirts at 20 are `quantity: 2, itemPrice: 20`."),
  numItems: z.int().min(0).max(1_000_000).optional().describe("How many products in all."),
  orderId: PlainText(200).optional().describe("Your id of the order."),
  email: PlainText(320)
    .regex(/^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/, "must be one e-mail address")
    .optional()
    .describe("The customer's. Hashed at the door; never stored as it is."),
  externalId: PlainText(200).optional().describe("Your id of the customer. Hashed at the door."),
  testCode: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_-]+$/, "may hold letters, digits, - and _ only")
    .optional()
    .describe("From Events Manager, Test events. Never uses up the real eventId."),
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
  .strictObject({
    changes: ConversionChanges.optional().describe("What to correct before it is sent again."),
    evenIfArrived: z
      .boolean()
      .optional()
      .describe("True to send it again although an earlier try may have arrived: Meta may then count it twice."),
  })
  .meta({
    id: "RetryRequest",
    description: "Nothing, to send it again as it is; or what to correct first.",
    examples: [{ changes: { value: 149.9, currency: "BRL" } }, {}, { evenIfArrived: true }],
  });

/** What really became of an event whose outcome nobody knew. */
export const ResolveRequest = z
  .strictObject({
    as: z
      .enum(["delivered", "resend", "abandon"])
      .describe("What Events Manager shows, or what to do when nobody can tell."),
  })
  .meta({
    id: "ResolveRequest",
    description: "What really became of an event whose outcome nobody knew.",
    examples: [{ as: "delivered" }, { as: "resend" }, { as: "abandon" }],
  });
export type Resolution = z.infer<typeof ResolveRequest>["as"];

/**
 * What an order system reports, strictly (an unknown field is an error), with the rules that need neither clock nor
 * account. Those that do are in `judgeIntake` of the domain.
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
}).meta({
  id: "ConversionRequest",
  description: "A conversion, as an order system reports it.",
  examples: [
    { accountId: "shop-1", eventName: "LeadSubmitted", eventId: "lead-77:LeadSubmitted", phoneE164: "5511987654321" },
    {
      accountId: "shop-1",
      eventName: "Purchase",
      eventId: "order-1042:Purchase",
      phoneE164: "5511987654321",
      value: 149.9,
      currency: "BRL",
      orderId: "1042",
      contents: [{ id: "shirt-blue-m", quantity: 2, itemPrice: 74.95 }],
      email: "maria@example.com",
    },
  ],
});
export type ConversionRequest = z.infer<typeof ConversionRequest>;
