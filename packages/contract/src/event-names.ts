/** Accepted by every source we know on Graph v25.0; what an account may send unless it says otherwise. */
export const DEFAULT_EVENT_NAMES = [
  "LeadSubmitted",
  "Purchase",
  "AddToCart",
  "InitiateCheckout",
  "ViewContent",
] as const;

/**
 * The names Meta documents for business messaging. Reports differ on which of them a given dataset really takes, so an
 * account has to opt into those beyond the default five.
 * Source: Meta, "Conversions API for Business Messaging: Onboarding Guide", FAQ.
 */
export const DOCUMENTED_EVENT_NAMES = [
  ...DEFAULT_EVENT_NAMES,
  "OrderCreated",
  "OrderShipped",
  "OrderDelivered",
  "OrderCanceled",
  "OrderReturned",
  "CartAbandoned",
  "QualifiedLead",
  "RatingProvided",
  "ReviewProvided",
] as const;
export type DocumentedEventName = (typeof DOCUMENTED_EVENT_NAMES)[number];

/**
 * Website names that Meta refuses for business messaging with subcode 2804066, and what to send instead, if anything
 * fits.
 */
export const REFUSED_EVENT_NAMES: Readonly<Record<string, DocumentedEventName | null>> = {
  Lead: "LeadSubmitted",
  CompleteRegistration: "LeadSubmitted",
  SubmitApplication: "LeadSubmitted",
  Contact: "LeadSubmitted",
  Schedule: null,
  Subscribe: null,
  StartTrial: null,
  AddPaymentInfo: "InitiateCheckout",
  Search: null,
};
