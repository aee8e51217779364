const DEFAULT_5 = ["LeadSubmitted", "Purchase", "AddToCart", "InitiateCheckout", "ViewContent"];

/**
 * What live senders report their datasets take: reports differ, so a dataset here takes what its preset says.
 * The fourteen are those of Meta's "Conversions API for Business Messaging: Onboarding Guide", FAQ.
 */
export const EVENT_NAME_PRESETS = {
  two: ["LeadSubmitted", "Purchase"],
  default5: DEFAULT_5,
  documented14: [
    ...DEFAULT_5,
    "OrderCreated",
    "OrderShipped",
    "OrderDelivered",
    "OrderCanceled",
    "OrderReturned",
    "CartAbandoned",
    "QualifiedLead",
    "RatingProvided",
    "ReviewProvided",
  ],
} as const satisfies Record<string, readonly string[]>;

export type EventNamePreset = keyof typeof EVENT_NAME_PRESETS;
