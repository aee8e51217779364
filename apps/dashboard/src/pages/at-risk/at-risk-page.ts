import type { AtRiskQuery, EventsAtRisk } from "@capi-relay/insight";
import type { DeadlinePosition, ListedEvent, TimeLeft } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { eventTable } from "../events/event-table.ts";
import { atRiskPath } from "./at-risk-query.ts";

export interface AtRiskView {
  readonly what: AtRiskQuery;
  readonly after: DeadlinePosition | null;
  readonly found: EventsAtRisk;
  readonly accounts: AccountNames;
  readonly now: Date;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Short, so that they stand side by side on a phone. */
const PARTS: readonly (readonly [left: TimeLeft | null, label: string])[] = [
  [null, "All"],
  ["under_6h", "< 6 h"],
  ["under_24h", "< 1 day"],
  ["under_3d", "< 3 days"],
  ["more", "> 3 days"],
  ["passed", "Passed"],
];

/** The events behind the value at risk: which are lost first, and what each waits for. */
export function atRiskPage({ what, after, found, accounts, now }: AtRiskView, reader: Reader): Html {
  const { left, accountId } = what;
  const { events, next } = found;
  const of = accountId === null ? "" : ` of ${accounts.get(accountId) ?? accountId}`;
  const timeLeft = { label: "Time left", cell: (event: ListedEvent) => leftOf(event, now, reader) };
  const path = (part: TimeLeft | null) => atRiskPath({ left: part, accountId });
  return html`<div class="top"><h1>Events at risk${of}</h1><div class="scope">
<nav aria-label="Time left"><ul class="tabs">${PARTS.map(([part, label]) => html`<li><a href=${path(part)} aria-current=${part === left ? "true" : undefined}>${label}</a></li>`)}</ul></nav>
${accountId !== null && html`<a href=${atRiskPath({ left, accountId: null })}>All accounts</a>`}</div></div>
<p class="quiet">Not delivered yet, by the time left until Meta no longer takes them: the most urgent first. What merely waits for a click is left out, and so are tests.${events.some(({ expiresAt }) => expiresAt <= now) && " Where the time has passed, nothing can be sent any more; a person can still decide whether it arrived."}</p>
${events.length === 0 ? html`<div class="card empty"><p>${after === null ? "No event is at risk here." : "There are no later ones."}</p></div>` : eventTable(events, accounts, reader, timeLeft)}
<nav class="actions pages" aria-label="Pages of the list">${after !== null && html`<a class="button plain" href=${atRiskPath(what)}>Most urgent</a>`}${next !== null && html`<a class="button plain" rel="next" href=${atRiskPath(what, next)}>Less urgent</a>`}</nav>`;
}

function leftOf({ expiresAt }: ListedEvent, now: Date, reader: Reader): Html {
  const left = inWords(expiresAt.getTime() - now.getTime(), reader);
  return html`<span><strong>${left}</strong><br /><span class="quiet small">until ${when(expiresAt)}</span></span>`;
}

/** To the minute on the last day: whoever looks here decides what comes first. */
function inWords(ms: number, reader: Reader): string {
  if (ms <= 0) return "passed";
  if (ms < HOUR_MS || ms >= DAY_MS) return reader.duration(ms);
  return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
}
