import { type IntakeWatch, wordOf } from "../intake-tally.ts";
import type { Principal } from "./principal.ts";

/**
 * The count of what comes in, as one caller's requests may add to it: refusals stand under the caller's own accounts
 * only. Naming another's would otherwise show its owner conversions that were never theirs.
 */
export function ownIntake(principal: Principal, intake: IntakeWatch): IntakeWatch {
  return {
    accepted: (eventName) => intake.accepted(eventName),
    duplicate: (accountId, eventName) => intake.duplicate(accountId, eventName),
    refused: (code, report) => intake.refused(code, ownReport(principal, report)),
    automatic: (fate, accountId, eventName) => intake.automatic(fate, accountId, eventName),
  };
}

function ownReport(principal: Principal, report: unknown): unknown {
  const accountId = wordOf(report, "accountId");
  return accountId === null || principal.mayUse(accountId) ? report : { eventName: wordOf(report, "eventName") };
}
