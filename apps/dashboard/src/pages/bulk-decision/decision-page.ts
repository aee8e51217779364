import type { RetriedSoFar } from "@capi-relay/insight";
import type { BulkDecision } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { STATE_NAMES } from "../bulk-order/order-states.ts";
import { resentSoFar } from "../bulk-order/resent-so-far.ts";
import { countLeft, whySomeWereLeft } from "../bulk-order/why-some-were-left.ts";
import { OF_MANY } from "../event/resolutions.ts";
import { bulkDecisionPath } from "./decision-query.ts";
import { doubtsInWords } from "./doubts-in-words.ts";

export function decisionPath(id: string): string {
  return `/bulk-decision/${encodeURIComponent(id)}`;
}

export interface DecisionView {
  readonly decision: BulkDecision;
  /** What became of what it had sent again; null when that is nothing. */
  readonly resent: RetriedSoFar | null;
  readonly accounts: AccountNames;
  readonly user: DashboardUser;
}

/** How far one bulk decision has come, and what came of it. */
export function decisionPage({ decision, resent, accounts, user }: DecisionView, reader: Reader): Html {
  const { state, as, startedBy, startedAt, finishedAt, planned, perSecond, decided, filter } = decision;
  const left = countLeft(decision);
  const isDone = state === "finished";
  // Those it did not find in doubt any more when it came to them.
  const elsewhere = Math.max(0, planned - decided - left);
  return html`<div class="top"><h1>Bulk decision</h1><span class="status">${STATE_NAMES[state]}</span></div>
<section class="card" aria-label="Progress">
<p>Events ${doubtsInWords(filter, accounts)}. <strong>${OF_MANY[as].label}</strong></p>
<progress max=${Math.max(1, planned)} value=${isDone ? Math.max(1, planned) : Math.min(planned, decided + left)} aria-label="Progress"></progress>
<dl class="facts">
<div><dt>Decided</dt><dd><strong>${reader.number(decided)}</strong> of ${reader.number(planned)}</dd></div>
<div><dt>${isDone ? "Had moved on meanwhile" : "Not looked at yet, or moved on"}</dt><dd>${reader.number(elsewhere)}</dd></div>
<div><dt>Left as they are</dt><dd>${reader.number(left)}</dd></div>
<div><dt>Pace</dt><dd>${reader.number(perSecond)} a second</dd></div>
<div><dt>Started</dt><dd>${when(startedAt)} by ${startedBy}</dd></div>
${finishedAt !== null && html`<div><dt>Ended</dt><dd>${when(finishedAt)}</dd></div>`}
</dl>
${resent !== null && resentSoFar(decided, resent, reader)}
${whySomeWereLeft(decision, reader)}
${stopForm(decision, user)}
${state === "stopped" && html`<p><a href=${bulkDecisionPath(filter)}>Look at what is still in doubt</a>, and decide about the rest.</p>`}
</section>
<p><a href="/bulk-decision">All bulk decisions</a></p>`;
}

function stopForm({ id, state }: BulkDecision, user: DashboardUser): Html | null {
  if (state === "stopping") return html`<p class="quiet">It stops after the events it is at.</p>`;
  if (state !== "running") return null;
  if (user.role !== "operator") return html`<p class="quiet">An operator can stop this; your role is viewer.</p>`;
  return html`<form method="post" action=${`${decisionPath(id)}/stop`}><p class="quiet">What was decided stays decided; the rest stays in doubt.</p><button class="danger">Stop it</button></form>`;
}
