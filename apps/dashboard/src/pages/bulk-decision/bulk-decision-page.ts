import { EVENT_REASONS, EventReason, type EventStatus } from "@capi-relay/contract";
import type { BulkDecisionPlan } from "@capi-relay/insight";
import type { BulkDecision } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { when, whenExactly } from "../../reader/when.ts";
import { STATE_NAMES } from "../bulk-order/order-states.ts";
import { paceField } from "../bulk-order/pace.ts";
import { OF_MANY, resolutionField } from "../event/resolutions.ts";
import { filterFields, testsField } from "../events/filter-fields.ts";
import { decisionPath } from "./decision-page.ts";
import { decisionPlan } from "./decision-plan.ts";
import { bulkDecisionPath, type DecisionQuery, decisionFields, listFilterOf } from "./decision-query.ts";

export interface BulkDecisionView {
  readonly query: DecisionQuery;
  /** Null before anybody has asked what a decision would be about. */
  readonly seen: { readonly plan: BulkDecisionPlan; readonly doubtedBefore: Date } | null;
  readonly accounts: AccountNames;
  readonly decisions: readonly BulkDecision[];
  readonly user: DashboardUser;
  /** Why nothing was decided. */
  readonly problem: string | null;
}

const IN_DOUBT: EventStatus = "outcome_unknown";
const REASONS = EventReason.options.filter((reason) => [EVENT_REASONS[reason].status].flat().includes(IN_DOUBT));

/** Which events, how they spread, and then what became of them. */
export function bulkDecisionPage(view: BulkDecisionView, reader: Reader): Html {
  const { query, seen, accounts, decisions, problem } = view;
  const list = listFilterOf(query.filter);
  return html`<div class="top"><h1>Bulk decision</h1></div>
<p class="quiet">Says of many events at once what became of them, when Meta's answer did not tell: after a worker died while it sent them, say. First you see how many, and when they were sent.</p>
${problem !== null && html`<p class="error" role="alert">${problem}</p>`}
<form method="get" action="/bulk-decision/plan" class="card">
<h2>Which events</h2>
${query.mistakes.length > 0 && html`<div class="error" role="alert">${query.mistakes.map((mistake) => html`<p>${mistake}</p>`)}</div>`}
${filterFields(list, accounts, { statuses: null, reasons: REASONS, more: testsField(list) })}
${sentField(query)}
<div class="actions"><button class=${seen === null ? undefined : "plain"}>${seen === null ? "See how many" : "Look again"}</button></div>
</form>
${seen !== null && html`<section class="card" aria-labelledby="plan">${decisionPlan(seen.plan, query.filter, accounts, reader)}${seen.plan.count > 0 && !seen.plan.isTooLarge && decideForm(view, seen.doubtedBefore)}</section>`}
${decisionList(decisions, reader)}`;
}

/** Nobody types a moment to the millisecond: a link brought it. */
function sentField({ filter }: DecisionQuery): Html | null {
  const { sentAt } = filter;
  if (sentAt === null) return null;
  return html`<input type="hidden" name="sent" value=${sentAt.toISOString()} /><p>Only what was sent at ${whenExactly(sentAt)}. <a href=${bulkDecisionPath({ ...filter, sentAt: null })}>Whenever it was sent</a></p>`;
}

function decideForm({ query, user }: BulkDecisionView, doubtedBefore: Date): Html {
  if (user.role !== "operator") return html`<p class="quiet">An operator can decide this; your role is viewer.</p>`;
  return html`<form method="get" action="/bulk-decision/confirm">
<h3>What became of them?</h3>
${hiddenFields(query, doubtedBefore)}
${resolutionField("many")}
${paceField()}
<div class="actions"><button>Decide</button></div>
</form>`;
}

/** The events that were seen, and no others. */
export function hiddenFields({ filter }: Pick<DecisionQuery, "filter">, doubtedBefore: Date): Html {
  const fields = [...decisionFields(filter), ["before", doubtedBefore.toISOString()] as const];
  return html`${fields.map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}`;
}

function decisionList(decisions: readonly BulkDecision[], reader: Reader): Html | null {
  if (decisions.length === 0) return null;
  return html`<section class="card" aria-labelledby="decisions"><h2 id="decisions">Earlier ones</h2>
<table class="stacked"><thead><tr><th scope="col">Started</th><th scope="col">By</th><th scope="col">Decision</th><th scope="col">State</th><th scope="col" class="number">Decided</th><th scope="col" class="number">Of</th></tr></thead>
<tbody>${decisions.map(
    ({ id, startedAt, startedBy, as, state, decided, planned }) =>
      html`<tr><th scope="row" data-label="Started"><a href=${decisionPath(id)}>${when(startedAt)}</a></th><td data-label="By">${startedBy}</td><td data-label="Decision">${OF_MANY[as].label}</td><td data-label="State">${STATE_NAMES[state]}</td><td data-label="Decided" class="number">${reader.number(decided)}</td><td data-label="Of" class="number">${reader.number(planned)}</td></tr>`,
  )}</tbody></table></section>`;
}
