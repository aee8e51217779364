import { correctEvent } from "@capi-relay/case-work";
import type { ConversionChanges } from "@capi-relay/contract";
import type { Account, EventCorrection, LedgerEvent } from "@capi-relay/storage";
import type { LookupKeys } from "@capi-relay/vault";
import { ApiProblem } from "./api-problem.ts";
import type { ProblemCode } from "./problems.ts";

/** What refuses a correction. */
export const CORRECTION_PROBLEMS = [
  "value_required",
  "currency_required",
  "account_not_found",
  "event_name_refused",
  "event_name_not_allowed",
  "event_name_switched_off",
  "customer_data_unreadable",
] as const satisfies readonly ProblemCode[];

/** A caller's changes as a correction, or the problem that a caller is told. */
export function correctionOf(
  event: LedgerEvent,
  changes: ConversionChanges,
  account: Account,
  lookupKeys: LookupKeys,
): EventCorrection {
  const judged = correctEvent(event, changes, account, lookupKeys);
  if (judged.kind === "corrected") return judged.correction;
  throw new ApiProblem(judged.code, judged.message, `changes.${judged.field}`);
}
