export type * from "./attempt.ts";
export type * from "./choose-click.ts";
export type * from "./conversation.ts";
export type * from "./conversion-event.ts";
export type * from "./delivery-outcome.ts";
export type * from "./graph-answer.ts";
