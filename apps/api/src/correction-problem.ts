import type { RefusedCorrection } from "@capi-relay/case-work";
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

/** What a caller is told whose changes make no event that could be sent. */
export function correctionProblem({ code, message, field }: RefusedCorrection): ApiProblem {
  return new ApiProblem(code, message, `changes.${field}`);
}
