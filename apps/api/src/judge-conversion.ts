import type { ConversionRequest, ReportDifference } from "@capi-relay/contract";
import {
  conflictingDifferences,
  differencesWorthAWarning,
  judgeAsRepeat,
  judgeIntake,
  mayHaveBeenTakenBefore,
} from "@capi-relay/domain";
import type { Account, LedgerEvent } from "@capi-relay/storage";
import { ApiProblem, asSentence } from "./api-problem.ts";
import { type EventMaking, newEvent } from "./new-event.ts";

/** A request as an event. */
export interface Report {
  readonly event: LedgerEvent;
  readonly warnings: readonly string[];
}

export type JudgedConversion =
  | ({ readonly kind: "fit" } & Report)
  | {
      readonly kind: "refused";
      readonly problem: ApiProblem;
      /** What it says as a repeat of the first report with its id; null where it cannot have been taken before. */
      readonly asRepeatOf: ((first: LedgerEvent) => Report) | null;
    };

/**
 * What a request comes to before anybody knows whether its id was used before: an event, or the reason to refuse it.
 */
export function judgeConversion(
  request: ConversionRequest,
  account: Account | null,
  now: Date,
  making: EventMaking,
): JudgedConversion {
  if (account === null) {
    return { kind: "refused", problem: new ApiProblem("account_not_found", undefined, "accountId"), asRepeatOf: null };
  }
  const refused = (problem: ApiProblem): JudgedConversion => {
    if (!mayHaveBeenTakenBefore(problem.code)) return { kind: "refused", problem, asRepeatOf: null };
    const asRepeatOf = (first: LedgerEvent): Report => {
      const judged = judgeAsRepeat(request, account, first, now);
      return { event: newEvent(request, judged, now, making), warnings: judged.warnings };
    };
    return { kind: "refused", problem, asRepeatOf };
  };

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
  | { readonly kind: "conflict"; readonly differs: readonly ReportDifference[]; readonly problem: ApiProblem };

/** Whether an event whose id was used before reports the same conversion again. */
export function compareReports(first: LedgerEvent, event: LedgerEvent): ComparedReports {
  const differs = conflictingDifferences(first, event);
  return differs.length === 0
    ? { kind: "repeat", warnings: differencesWorthAWarning(first, event) }
    : { kind: "conflict", differs, problem: eventIdConflict(differs) };
}

/** Names what differs and never what it holds. */
function eventIdConflict(differs: readonly ReportDifference[]): ApiProblem {
  const code = "event_id_conflict";
  const details = differs.map((one) => {
    const isField = one !== "identity";
    const subject = isField ? one : "The customer's identity (contact, email, external id)";
    return { code, param: isField ? one : null, message: `${subject} differs from what this eventId stands for.` };
  });
  return new ApiProblem(code, undefined, "eventId", details);
}
