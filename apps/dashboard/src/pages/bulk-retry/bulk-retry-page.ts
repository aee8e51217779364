import { type BulkRetryPlan, MAX_BULK_RETRY, MAX_SAMPLE_COUNT, MAX_TOO_OLD_COUNT } from "@capi-relay/insight";
import { type BulkRetry, RETRYABLE } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import type { DashboardUser } from "../../login/users.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { STATE_NAMES } from "../bulk-order/order-states.ts";
import { paceField } from "../bulk-order/pace.ts";
import type { EventQuery } from "../events/event-query.ts";
import { filterFields, testsField } from "../events/filter-fields.ts";
import { beginText, endText } from "../events/time-text.ts";
import { orderPath } from "./order-page.ts";

export interface BulkRetryView {
  readonly query: EventQuery;
  readonly sparesPossiblyArrived: boolean;
  /** Null before anybody has asked what a retry would do. */
  readonly plan: BulkRetryPlan | null;
  readonly accounts: AccountNames;
  readonly orders: readonly BulkRetry[];
  readonly user: DashboardUser;
  /** Why it was not started. */
  readonly problem: string | null;
}

/** Which events, what would happen, and then only the button. */
export function bulkRetryPage(view: BulkRetryView, reader: Reader): Html {
  const { query, sparesPossiblyArrived, plan, accounts, orders, problem } = view;
  return html`<div class="top"><h1>Bulk retry</h1></div>
<p class="quiet">Sends many events again that were rejected, failed or skipped: after a mended dataset or an imported click, say. First you see what would happen.</p>
${problem !== null && html`<p class="error" role="alert">${problem}</p>`}
<form method="get" action="/bulk-retry/plan" class="card">
<h2>Which events</h2>
${query.mistakes.length > 0 && html`<div class="error" role="alert">${query.mistakes.map((mistake) => html`<p>${mistake}</p>`)}</div>`}
${filterFields(query.filter, accounts, { statuses: RETRYABLE, more: testsField(query.filter) })}
<label class="choice"><input type="checkbox" name="arrived" value="too" checked=${!sparesPossiblyArrived} /><span>Also those that may have arrived at Meta. Meta does not recognise repeats, so it could count them twice.</span></label>
<div class="actions"><button class=${plan === null ? undefined : "plain"}>${plan === null ? "See what would happen" : "Look again"}</button></div>
</form>
${plan !== null && planCard(plan, view, reader)}
${orderList(orders, reader)}`;
}

function planCard(plan: BulkRetryPlan, view: BulkRetryView, reader: Reader): Html {
  const { count, values, tooOld, mayHaveArrived, alreadyDelivered, isTooLarge } = plan;
  const worth = reader.moneys(values);
  return html`<section class="card" aria-labelledby="plan"><h2 id="plan">What would happen</h2>
<dl class="facts">
<div><dt>Would be sent again</dt><dd><strong>${reader.number(count)}</strong></dd></div>
<div><dt>Too old for Meta, left alone</dt><dd>${tooOld >= MAX_TOO_OLD_COUNT ? `${reader.number(MAX_TOO_OLD_COUNT)} or more` : reader.number(tooOld)}</dd></div>
<div><dt>Worth all together</dt><dd>${worth ?? "–"}</dd></div>
<div><dt>May have arrived already</dt><dd>${reader.number(mayHaveArrived)}</dd></div>
<div><dt>Delivered, left alone</dt><dd>${alreadyDelivered >= 1_000 ? `${reader.number(1_000)} or more` : reader.number(alreadyDelivered)}</dd></div>
</dl>
${isTooLarge && html`<p class="error">More than ${reader.number(MAX_BULK_RETRY)} events fit. Narrow the filter: by account, by reason, or by fewer days.</p>`}
${mayHaveArrived > 0 && html`<p class="warning">${reader.number(mayHaveArrived)} of them may have arrived. Meta could count these twice.</p>`}
${count === 0 ? html`<p>${whyNothing(plan, reader)}</p>` : !isTooLarge && startForm(view)}
</section>`;
}

function whyNothing({ samples, tooOld }: BulkRetryPlan, reader: Reader): string {
  if (samples === 0)
    return `${tooOld === 0 ? "Nothing fits" : "All that fit are too old"}, so there is nothing to send again.`;
  const many = `${reader.number(samples)}${samples >= MAX_SAMPLE_COUNT ? " or more" : ""} invented samples fit`;
  const others = tooOld === 0 ? "" : " What else fits is too old.";
  return `${samples === 1 ? "1 invented sample fits" : many}, and samples are never sent.${others} So there is nothing to send again.`;
}

function startForm({ query, sparesPossiblyArrived, user }: BulkRetryView): Html {
  if (user.role !== "operator") return html`<p class="quiet">An operator can start this; your role is viewer.</p>`;
  const { accountIds, statuses, reason, eventName, acceptedFrom, acceptedTo, endedFrom, endedTo, withoutTests } =
    query.filter;
  const hidden = (name: string, value: string | null) =>
    value !== null && html`<input type="hidden" name=${name} value=${value} />`;
  return html`<form method="post" action="/bulk-retry">
${hidden("account", accountIds?.[0] ?? null)}${statuses.map((status) => hidden("status", status))}${hidden("reason", reason)}${hidden("name", eventName)}
${hidden("from", beginText(acceptedFrom))}${hidden("to", endText(acceptedTo))}${hidden("ended_from", beginText(endedFrom))}${hidden("ended_to", endText(endedTo))}${hidden("tests", withoutTests ? "out" : null)}${hidden("arrived", sparesPossiblyArrived ? null : "too")}
${paceField()}
<p>A worker sends them one after the other, oldest first, and you can stop it at any time. What has ended otherwise by then is left alone.</p>
<div class="actions"><button>Send them again</button></div>
</form>`;
}

function orderList(orders: readonly BulkRetry[], reader: Reader): Html | null {
  if (orders.length === 0) return null;
  return html`<section class="card" aria-labelledby="orders"><h2 id="orders">Earlier ones</h2>
<table class="stacked"><thead><tr><th scope="col">Started</th><th scope="col">By</th><th scope="col">State</th><th scope="col" class="number">Sent again</th><th scope="col" class="number">Of</th></tr></thead>
<tbody>${orders.map(
    (order) =>
      html`<tr><th scope="row" data-label="Started"><a href=${orderPath(order.id)}>${when(order.startedAt)}</a></th><td data-label="By">${order.startedBy}</td><td data-label="State">${STATE_NAMES[order.state]}</td><td data-label="Sent again" class="number">${reader.number(order.requeued)}</td><td data-label="Of" class="number">${reader.number(order.planned)}</td></tr>`,
  )}</tbody></table></section>`;
}
