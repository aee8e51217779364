import { explainReason } from "@capi-relay/contract";
import type { ChosenClick, DeliveryOutcome, Foresight } from "@capi-relay/domain";
import type { LedgerEvent } from "@capi-relay/storage";
import type { ApiProblem } from "../api-problem.ts";

/** What the check has found out about a conversion, before it is put into words. */
export interface Findings {
  /** Null when the request would be refused whatever its id. */
  readonly event: LedgerEvent | null;
  readonly problem: ApiProblem | null;
  /** The first report with the same id, and how the two compare. */
  readonly first: LedgerEvent | null;
  /** Null for what would be refused, and for a repeat: no turn would follow. */
  readonly foresight: Foresight | null;
}

/** What would happen, in one plain sentence, and in a second one why. */
export function verdictOf({ event, problem, first, foresight }: Findings): string {
  if (problem !== null) return `It would be refused: ${problem.message}`;
  if (first !== null) {
    return `It would be answered as a repeat of a conversion that is ${first.status}; nothing new would be sent.`;
  }
  if (event === null || foresight === null) return "";
  return foresight.kind === "leaves" ? leaving(event, foresight.click) : staying(event, foresight.outcome);
}

function leaving(
  { eventName, dueAt, acceptedAt, testCode, sandbox }: LedgerEvent,
  { clickedAt, matchedBy }: ChosenClick,
) {
  const when = dueAt > acceptedAt ? `at ${dueAt.toISOString()}` : "at once";
  const where = `${sandbox ? "the sandbox" : "Meta"}${testCode === null ? "" : " as a test event"}`;
  const click =
    matchedBy === "request"
      ? "the click id of the request"
      : `the click of ${clickedAt?.toISOString() ?? "unknown time"}`;
  return `It would be accepted and sent to ${where} ${when} as ${eventName}, credited to ${click}.`;
}

function staying({ sandbox }: LedgerEvent, outcome: DeliveryOutcome): string {
  const reason = outcome.reason === null ? "" : ` ${explainReason(outcome.reason, { sandbox })}`;
  return `It would be accepted and ${fateOf(outcome)}.${reason}`;
}

function fateOf(outcome: DeliveryOutcome): string {
  switch (outcome.status) {
    case "held":
      return "held";
    case "waiting_click":
      return `wait for a click until ${outcome.dueAt.toISOString()}`;
    case "retry_scheduled":
      return `sent no earlier than ${outcome.dueAt.toISOString()}`;
    case "skipped":
      return "not sent (skipped)";
    default:
      return `end as ${outcome.status}`;
  }
}
