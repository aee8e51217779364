import type { BulkDecisionPlan, DoubtfulDeparture } from "@capi-relay/insight";
import { MAX_BULK_DECISION } from "@capi-relay/insight";
import type { BulkDecisionFilter } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html, type Part } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { whenExactly } from "../../reader/when.ts";
import { eventsPath } from "../events/event-query.ts";
import { bulkDecisionPath, listFilterOf } from "./decision-query.ts";

/** More would not be compared with anything by anybody; the filter narrows. */
const SHOWN = 10;

/** How many there are, and how they spread, to be compared with what Meta shows. */
export function decisionPlan(
  plan: BulkDecisionPlan,
  filter: BulkDecisionFilter,
  accounts: AccountNames,
  reader: Reader,
): Html {
  const { count, values, tooOld, samples, isTooLarge } = plan;
  const fact = (name: string, value: Part) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<h2 id="plan">What is in doubt</h2>
<dl class="facts">
${fact("Events", html`<strong>${reader.number(count)}</strong>`)}
${fact("Worth all together", reader.moneys(values) ?? "–")}
${fact("Too old for Meta to be sent again", reader.number(tooOld))}
${samples > 0 && fact("Invented samples, never sent again", reader.number(samples))}
</dl>
${isTooLarge && html`<p class="error">More than ${reader.number(MAX_BULK_DECISION)} events fit. Narrow the filter: by account, by reason, or by fewer days.</p>`}
${
  count === 0
    ? html`<p class="fine">Nothing that fits is in doubt, so there is nothing to decide.</p>`
    : html`<p>Look in Events Manager what arrived at these times, and compare the numbers. <a href=${eventsPath({ ...listFilterOf(filter), statuses: ["outcome_unknown"] })}>See the events</a></p>
${byAccount(plan, filter, accounts, reader)}
${byDeparture(plan, filter, accounts, reader)}`
}`;
}

function byAccount(
  { accounts: rows }: BulkDecisionPlan,
  filter: BulkDecisionFilter,
  accounts: AccountNames,
  reader: Reader,
): Html {
  return html`<h3>By account</h3>
<table class="stacked"><thead><tr><th scope="col">Account</th><th scope="col" class="number">Events</th><th scope="col" class="number">Worth</th><th scope="col">First sent</th><th scope="col">Last sent</th></tr></thead>
<tbody>${rows
    .slice(0, SHOWN)
    .map(
      ({ accountId, count, values, firstSentAt, lastSentAt }) =>
        html`<tr><th scope="row" data-label="Account">${only({ ...filter, accountId }, filter.accountId === accountId, accounts.get(accountId) ?? accountId)}</th><td data-label="Events" class="number">${reader.number(count)}</td><td data-label="Worth" class="number"><span>${values.length === 0 ? "–" : values.map((value) => html`<span class="sum">${reader.money(value)}</span> `)}</span></td><td data-label="First sent">${sentAt(firstSentAt)}</td><td data-label="Last sent">${sentAt(lastSentAt)}</td></tr>`,
    )}</tbody></table>
${more(rows.length, "accounts", reader)}`;
}

function byDeparture(
  { departures }: BulkDecisionPlan,
  filter: BulkDecisionFilter,
  accounts: AccountNames,
  reader: Reader,
): Html {
  return html`<h3>By when they were sent</h3>
<p class="quiet">What left in one request mostly arrived together, or not at all.</p>
<table class="stacked"><thead><tr><th scope="col">Sent</th><th scope="col">Account</th><th scope="col" class="number">Events</th><th scope="col" class="number">Requests</th></tr></thead>
<tbody>${departures
    .slice(0, SHOWN)
    .map(
      (departure) =>
        html`<tr><th scope="row" data-label="Sent">${moment(departure, filter)}</th><td data-label="Account">${accounts.get(departure.accountId) ?? departure.accountId}</td><td data-label="Events" class="number">${reader.number(departure.count)}</td><td data-label="Requests" class="number">${reader.number(departure.requests)}</td></tr>`,
    )}</tbody></table>
${more(departures.length, "times", reader)}`;
}

function moment({ accountId, sentAt: at }: DoubtfulDeparture, filter: BulkDecisionFilter): Part {
  if (at === null) return sentAt(at);
  const isOnly = filter.accountId === accountId && filter.sentAt?.getTime() === at.getTime();
  return only({ ...filter, accountId, sentAt: at }, isOnly, whenExactly(at));
}

/** One step from a decision about just these. */
function only(filter: BulkDecisionFilter, isOnly: boolean, label: Part): Part {
  return isOnly ? label : html`<a href=${bulkDecisionPath(filter)}>${label}</a>`;
}

const sentAt = (at: Date | null): Part => (at === null ? "–" : whenExactly(at));

function more(count: number, of: string, reader: Reader): Html | false {
  return (
    count > SHOWN &&
    html`<p class="quiet small">Shown are the ${reader.number(SHOWN)} ${of} with the most events, of ${reader.number(count)}. Narrow the filter to see others.</p>`
  );
}
