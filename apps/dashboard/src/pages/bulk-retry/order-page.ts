import type { RetriedSoFar } from "@capi-relay/insight";
import type { BulkRetry } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { STATE_NAMES } from "../bulk-order/order-states.ts";
import { resentSoFar } from "../bulk-order/resent-so-far.ts";
import { countLeft, whySomeWereLeft } from "../bulk-order/why-some-were-left.ts";
import { STATUS_NAMES } from "../events/status-mark.ts";
import { timeInWords } from "../events/time-text.ts";

export function orderPath(id: string): string {
  return `/bulk-retry/${encodeURIComponent(id)}`;
}

export interface OrderView {
  readonly order: BulkRetry;
  /** What became of what it sent again; null when that is nothing yet. */
  readonly retried: RetriedSoFar | null;
  readonly accounts: AccountNames;
  readonly user: DashboardUser;
}

/** How far one bulk retry has come, and what came of it. */
export function orderPage({ order, retried, accounts, user }: OrderView, reader: Reader): Html {
  const { state, startedBy, startedAt, finishedAt, planned, perSecond, requeued } = order;
  const left = countLeft(order);
  const done = Math.min(planned, requeued + left);
  return html`<div class="top"><h1>Bulk retry</h1><span class="status">${STATE_NAMES[state]}</span></div>
<section class="card" aria-label="Progress">
<p>${filterInWords(order, accounts)}</p>
<progress max=${Math.max(1, planned)} value=${state === "finished" ? Math.max(1, planned) : done} aria-label="Progress"></progress>
<dl class="facts">
<div><dt>Sent again</dt><dd><strong>${reader.number(requeued)}</strong> of ${reader.number(planned)}</dd></div>
<div><dt>Left as they are</dt><dd>${reader.number(left)}</dd></div>
<div><dt>Pace</dt><dd>${reader.number(perSecond)} a second</dd></div>
<div><dt>Started</dt><dd>${when(startedAt)} by ${startedBy}</dd></div>
${finishedAt !== null && html`<div><dt>Ended</dt><dd>${when(finishedAt)}</dd></div>`}
</dl>
${retried !== null && resentSoFar(requeued, retried, reader)}
${whySomeWereLeft(order, reader)}
${stopForm(order, user)}
</section>
<p><a href="/bulk-retry">All bulk retries</a></p>`;
}

function stopForm({ id, state }: BulkRetry, user: DashboardUser): Html | null {
  if (state === "stopping") return html`<p class="quiet">It stops after the events it is at.</p>`;
  if (state !== "running") return null;
  if (user.role !== "operator") return html`<p class="quiet">An operator can stop this; your role is viewer.</p>`;
  return html`<form method="post" action=${`${orderPath(id)}/stop`}><p class="quiet">What was sent again already goes its way; the rest stays as it is.</p><button class="danger">Stop it</button></form>`;
}

function filterInWords({ filter }: BulkRetry, accounts: AccountNames): string {
  const { accountId, statuses, reason, eventName, sparesPossiblyArrived } = filter;
  const words = [
    statuses.length === 0
      ? "Rejected, failed and skipped events"
      : `${statuses.map((status) => STATUS_NAMES[status]).join(", ")} events`,
    ...(eventName === null ? [] : [`named ${eventName}`]),
    accountId === null ? "of all accounts" : `of ${accounts.get(accountId) ?? accountId}`,
    ...(reason === null ? [] : [`for ${reason.replaceAll("_", " ")}`]),
    ...timeInWords("accepted", filter.acceptedFrom, filter.acceptedTo),
    ...timeInWords("ended", filter.endedFrom ?? null, filter.endedTo ?? null),
    ...(sparesPossiblyArrived ? ["that cannot have arrived"] : ["even if they may have arrived"]),
    ...(filter.withoutTests === true ? ["without tests"] : []),
  ];
  return `${words.join(" ")}.`;
}
