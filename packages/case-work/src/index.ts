export { correctEvent, type JudgedCorrection, type RefusedCorrection } from "./correct-event.ts";
export { explainProbe, recallRefusedProbe } from "./explain-probe.ts";
export { type Retried, type RetryPorts, retryEvent } from "./retry-event.ts";
export { isToBeMended, letHeldGo, resumeIfMended, type TryPorts, tryAccount } from "./try-account.ts";
