import { type EventReason, explainReason } from "@capi-relay/contract";
import { type GraphAnswer, judgeGraphAnswer } from "@capi-relay/domain";
import { ApiProblem } from "./api-problem.ts";

/** After a limit without a time of its own, in seconds; Meta's blocks last minutes. */
const THROTTLED_FOR_SECONDS = 300;

/** Where the sentence for events would send people to the wrong place. */
const SAID_OF_A_WABA: Partial<Record<EventReason, string>> = {
  meta_dataset_not_accessible:
    "Meta says the WhatsApp Business Account does not exist or the token may not use it. Check the account's wabaId, and assign it to the token's system user.",
};

/**
 * What a caller is told when Meta did not do what was asked of it for a WhatsApp Business Account: our reason, never
 * Meta's own words.
 */
export function graphProblem(answer: Exclude<GraphAnswer, { kind: "counted" }>): ApiProblem {
  const verdict = judgeGraphAnswer(answer, 1);
  switch (verdict.kind) {
    case "pause":
    case "reject":
      return refusedBecause(verdict.reason);
    case "throttle":
      return new ApiProblem("meta_throttled").retryAfter(secondsOf(verdict.waitMs) ?? THROTTLED_FOR_SECONDS);
    case "retry":
      return new ApiProblem("meta_away").retryAfter(secondsOf(verdict.waitMs));
    case "ambiguous":
      return new ApiProblem("meta_unclear");
    default:
      // Verdicts on events, which this was no request about.
      return refusedBecause("meta_invalid_parameter");
  }
}

function refusedBecause(reason: EventReason): ApiProblem {
  const message = SAID_OF_A_WABA[reason] ?? explainReason(reason);
  return new ApiProblem("meta_refused", message, null, [{ code: reason, param: null, message }]);
}

const secondsOf = (ms: number | null): number | null => (ms === null ? null : Math.max(1, Math.ceil(ms / 1_000)));
