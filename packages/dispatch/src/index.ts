export { type Cancelled, Decisions, type Redriven, type Resolved } from "./decisions.ts";
export { Dispatcher } from "./dispatcher.ts";
export { cancelRefusal, correctionRefusal, redriveRefusal } from "./judge-case-work.ts";
export { REFUSAL_SENTENCES, type RedriveRefusal } from "./redrive-refusal.ts";
export { RestingEvents } from "./resting-events.ts";
