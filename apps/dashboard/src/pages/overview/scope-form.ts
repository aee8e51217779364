import { type DestinationHealth, PERIODS, type Period, type ReadyPeriod } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import { periodFields } from "./period-query.ts";

const NAMES: Readonly<Record<ReadyPeriod, string>> = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" };

/** Which time and which account the figures are about. */
export function scopeForm(
  period: Period,
  accountId: string | null,
  destinations: readonly Pick<DestinationHealth, "accountId" | "name">[],
  now: Date,
): Html {
  const path = (one: ReadyPeriod) =>
    `/?${new URLSearchParams({ period: one, ...(accountId === null ? {} : { account: accountId }) })}`;
  const fields = Object.entries(periodFields(period));
  return html`<div class="scope">
<nav aria-label="Time"><ul class="tabs">${PERIODS.map((one) => html`<li><a href=${path(one)} aria-current=${one === period ? "true" : undefined}>${NAMES[one]}</a></li>`)}</ul></nav>
<form method="get" action="/" class="inline">${fields.map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}<label class="hidden" for="account">Account</label>
<select id="account" name="account" data-submits><option value="">All accounts</option>${destinations.map((one) => html`<option value=${one.accountId} selected=${one.accountId === accountId}>${one.name}</option>`)}</select><button class="plain small">Show</button></form>
${daysForm(period, accountId, now)}
</div>`;
}

/** Days of UTC, since that is how everything is counted: then a link shows everybody the same. */
function daysForm(period: Period, accountId: string | null, now: Date): Html {
  const { from = "", to = "" } = periodFields(period);
  const today = now.toISOString().slice(0, 10);
  const title = from === "" ? "Other days" : from === to ? `${from} UTC` : `${from} to ${to} UTC`;
  const day = (name: string, label: string, value: string) =>
    html`<label for=${name}>${label}</label><input id=${name} name=${name} type="date" required max=${today} value=${value} />`;
  return html`<details class="days"><summary>${title}</summary><form method="get" action="/">
${accountId !== null && html`<input type="hidden" name="account" value=${accountId} />`}
${day("from", "First day (UTC)", from)}${day("to", "Last day (UTC)", to)}<button class="small">Show</button></form></details>`;
}
