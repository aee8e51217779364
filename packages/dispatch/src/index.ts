export { type Cancelled, Dispatcher, type Redriven, type Resolved } from "./dispatcher.ts";
export { REFUSAL_SENTENCES, type RedriveRefusal } from "./redrive-refusal.ts";
