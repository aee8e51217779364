export { type Cancelled, Dispatcher, type Redriven, type Resolved } from "./dispatcher.ts";
export { cancelRefusal, correctionRefusal, redriveRefusal } from "./judge-case-work.ts";
export { REFUSAL_SENTENCES, type RedriveRefusal } from "./redrive-refusal.ts";
