import { cancelRefusal, correctionRefusal, redriveRefusal } from "@capi-relay/dispatch";
import type { LedgerEvent } from "@capi-relay/storage";

/** What a person can do about an event now. */
export interface Possible {
  readonly retry: boolean;
  /** Only together with a retry. */
  readonly correct: boolean;
  readonly cancel: boolean;
  readonly resolve: boolean;
}

/** The same judgements that `Decisions` makes when it is asked, so that no button is only refused. */
export function whatCanBeDone(event: LedgerEvent, now: Date): Possible {
  const retry = redriveRefusal(event, now) === null;
  return {
    retry,
    correct: retry && correctionRefusal(event) === null,
    cancel: cancelRefusal(event) === null,
    resolve: event.status === "outcome_unknown",
  };
}
