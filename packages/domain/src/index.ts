export type * from "./attempt.ts";
export type * from "./choose-click.ts";
export * from "./contact-lookups.ts";
export type * from "./conversation.ts";
export type * from "./conversion-event.ts";
export type * from "./delivery-outcome.ts";
export type * from "./graph-answer.ts";
export * from "./judge-destination.ts";
export * from "./judge-missing-click.ts";
