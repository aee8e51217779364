export { type ContactLookups, correctEvent, type JudgedCorrection, type RefusedCorrection } from "./correct-event.ts";
export { explainProbe, recallRefusedProbe } from "./explain-probe.ts";
export { isToBeMended, letHeldGo, resumeIfMended, type TryPorts, tryAccount } from "./try-account.ts";
