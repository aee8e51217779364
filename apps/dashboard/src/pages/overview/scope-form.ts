import { type DestinationHealth, PERIODS, type Period } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";

const NAMES: Readonly<Record<Period, string>> = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" };

/** Which time and which account the figures are about. */
export function scopeForm(
  period: Period,
  accountId: string | null,
  destinations: readonly Pick<DestinationHealth, "accountId" | "name">[],
): Html {
  const path = (one: Period) =>
    `/?${new URLSearchParams({ period: one, ...(accountId === null ? {} : { account: accountId }) })}`;
  return html`<div class="scope">
<nav aria-label="Time"><ul class="tabs">${PERIODS.map((one) => html`<li><a href=${path(one)} aria-current=${one === period ? "true" : undefined}>${NAMES[one]}</a></li>`)}</ul></nav>
<form method="get" action="/" class="inline"><input type="hidden" name="period" value=${period} /><label class="hidden" for="account">Account</label>
<select id="account" name="account" data-submits><option value="">All accounts</option>${destinations.map((one) => html`<option value=${one.accountId} selected=${one.accountId === accountId}>${one.name}</option>`)}</select><button class="plain small">Show</button></form>
</div>`;
}
