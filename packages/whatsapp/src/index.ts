export type * from "./automatic-event.ts";
export type * from "./inbound-contact-message.ts";
export * from "./read-webhook.ts";
export * from "./verify-signature.ts";
export * from "./verify-subscription.ts";
