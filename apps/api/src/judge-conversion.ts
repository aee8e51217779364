import type { ConversionRequest } from "@capi-relay/contract";
import { differencesWorthAWarning, judgeIntake, samePayload } from "@capi-relay/domain";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { ApiProblem, asSentence } from "./api-problem.ts";
import { type EventMaking, newEvent } from "./new-event.ts";

export type JudgedConversion =
  | { readonly kind: "fit"; readonly event: LedgerEvent; readonly warnings: readonly string[] }
  | { readonly kind: "refused"; readonly problem: ApiProblem };

/** What a request comes to before anybody knows whether its id was used before: an event, or the reason to refuse it. */
export function judgeConversion(
  request: ConversionRequest,
  account: Account | null,
  now: Date,
  making: EventMaking,
): JudgedConversion {
  if (account === null) return refused(new ApiProblem("account_not_found", undefined, "accountId"));

  const judged = judgeIntake(request, account, now);
  if (!judged.ok) {
    const { code, message, param } = judged.problem;
    return refused(new ApiProblem(code, asSentence(message, param), param));
  }
  if (account.switchedOffEventNames.includes(judged.eventName)) {
    return refused(new ApiProblem("event_name_switched_off", undefined, "eventName"));
  }
  return { kind: "fit", event: newEvent(request, judged, now, making), warnings: judged.warnings };
}

export type ComparedReports =
  | { readonly kind: "repeat"; readonly warnings: readonly string[] }
  | { readonly kind: "conflict"; readonly problem: ApiProblem };

/** Whether an event whose id was used before reports the same conversion again. */
export function compareReports(first: LedgerEvent, event: LedgerEvent): ComparedReports {
  return samePayload(comparable(first), comparable(event))
    ? { kind: "repeat", warnings: differencesWorthAWarning(first, event) }
    : { kind: "conflict", problem: new ApiProblem("event_id_conflict", undefined, "eventId") };
}

function comparable({ fingerprint, eventTimeGiven, eventTime }: LedgerEvent) {
  return { fingerprint, eventTimeGiven: eventTimeGiven ? eventTime : null };
}

function refused(problem: ApiProblem): JudgedConversion {
  return { kind: "refused", problem };
}
