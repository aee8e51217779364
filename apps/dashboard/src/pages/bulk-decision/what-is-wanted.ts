import { type Resolution, ResolveRequest } from "@capi-relay/contract";
import { type BulkDecisionPlan, MAX_BULK_DECISION } from "@capi-relay/insight";
import type { BulkDecision } from "@capi-relay/storage";
import type { BulkDecisionView } from "./bulk-decision-page.ts";
import { type DecisionQuery, readDecisionQuery } from "./decision-query.ts";

export interface PlanPorts {
  readonly planBulkDecision: (what: Pick<BulkDecision, "filter" | "doubtedBefore">) => Promise<BulkDecisionPlan>;
  readonly now: () => Date;
}

type Seen = NonNullable<BulkDecisionView["seen"]>;
/** What an operator wants of the events that they saw. */
type Wanted =
  | (Seen & { readonly kind: "decision"; readonly query: DecisionQuery; readonly as: Resolution })
  | { readonly kind: "problem"; readonly query: DecisionQuery; readonly seen: Seen | null; readonly problem: string };

/** What is in doubt since before a moment. */
export async function look(
  { filter }: DecisionQuery,
  doubtedBefore: Date,
  { planBulkDecision }: PlanPorts,
): Promise<Seen> {
  return { plan: await planBulkDecision({ filter, doubtedBefore }), doubtedBefore };
}

/** What somebody decided about just the events that they saw, or why that cannot be. */
export async function whatIsWanted(fields: URLSearchParams, ports: PlanPorts): Promise<Wanted> {
  const query = readDecisionQuery(fields);
  const now = ports.now();
  // A field that was not understood would make it about more events than somebody saw.
  if (query.mistakes.length > 0 || query.doubtedBefore === null)
    return { kind: "problem", query, seen: null, problem: "Nothing was decided: the filter could not be read." };
  const doubtedBefore = new Date(Math.min(query.doubtedBefore.getTime(), now.getTime()));
  const seen = await look(query, doubtedBefore, ports);
  const chosen = ResolveRequest.safeParse({ as: fields.get("as") });
  if (!chosen.success) return { kind: "problem", query, seen, problem: "Choose one of the three." };
  const { as } = chosen.data;
  const problem = problemOf(seen.plan, as);
  return problem === null ? { ...seen, kind: "decision", query, as } : { kind: "problem", query, seen, problem };
}

function problemOf({ count, tooOld, samples, isTooLarge }: BulkDecisionPlan, as: Resolution): string | null {
  if (isTooLarge) return `Nothing was decided: more than ${MAX_BULK_DECISION} events fit. Narrow the filter.`;
  if (count === 0) return "Nothing was decided: no event that fits is in doubt any more.";
  // One that is both is counted in both.
  return as === "resend" && count <= Math.max(tooOld, samples)
    ? "Nothing was decided: no event fits that Meta still takes."
    : null;
}
