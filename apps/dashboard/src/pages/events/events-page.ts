import type { FoundEvents } from "@capi-relay/insight";
import { runsByEnding } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { bulkDecisionPath, doubtsOf, mayBeDecided } from "../bulk-decision/decision-query.ts";
import { bulkRetryPath, mayBeRetried } from "../bulk-retry/retry-filter.ts";
import { type EventQuery, eventsPath, exportPath } from "./event-query.ts";
import { ENDED, eventTable } from "./event-table.ts";
import { filterFields, testsField } from "./filter-fields.ts";
import { STATUS_NAMES } from "./status-mark.ts";
import { timeInWords } from "./time-text.ts";

export interface EventsView {
  readonly query: EventQuery;
  readonly found: FoundEvents;
  readonly accounts: AccountNames;
}

/** The list: find one, or see many. */
export function eventsPage({ query, found, accounts }: EventsView, reader: Reader): Html {
  const { filter, after, mistakes } = query;
  const { accountIds, ...rest } = filter;
  return html`<div class="top"><h1>Events</h1><div class="actions"><a class="button plain small" href=${exportPath(filter)}>Export as CSV</a>${mayBeRetried(filter) && html`<a class="button plain small" href=${bulkRetryPath({ ...rest, accountId: accountIds?.[0] ?? null })}>Retry these in bulk</a>`}${mayBeDecided(filter) && html`<a class="button plain small" href=${bulkDecisionPath(doubtsOf(filter))}>Decide about these in bulk</a>`}</div></div>
${searchForm()}
${filter.statuses.includes("outcome_unknown") && html`<p>What became of an event whose outcome is unknown is decided on its own page, in bulk, or by <code>POST /v1/whatsapp/conversions/:id/resolve</code>.</p>`}
<details class="card" open=${mistakes.length > 0}><summary>${filterInWords(query, accounts)}</summary><form method="get" action="/events">
${mistakes.length > 0 && html`<div class="error" role="alert">${mistakes.map((mistake) => html`<p>${mistake}</p>`)}</div>`}
${filterFields(filter, accounts, { more: testsField(filter) })}
<div class="actions"><button>Show</button><a href="/events">Show all</a></div>
</form></details>
${found.events.length === 0 ? nothing(after !== null) : eventTable(found.events, accounts, reader, runsByEnding(filter) ? ENDED : undefined)}
<nav class="actions pages" aria-label="Pages of the list">${after !== null && html`<a class="button plain" href=${eventsPath(filter)}>Newest</a>`}${found.next !== null && html`<a class="button plain" rel="next" href=${eventsPath(filter, found.next)}>Older</a>`}</nav>`;
}

/** The fields stay folded, since they would fill a phone's screen; so the words say what they hold. */
function filterInWords({ filter }: EventQuery, accounts: AccountNames): string {
  const { accountIds, statuses, reason, eventName, withoutTests } = filter;
  const words = [
    ...(accountIds ?? []).map((id) => accounts.get(id) ?? id),
    ...statuses.map((status) => STATUS_NAMES[status]),
    ...(reason === null ? [] : [reason.replaceAll("_", " ")]),
    ...(eventName === null ? [] : [eventName]),
    ...timeInWords("accepted", filter.acceptedFrom, filter.acceptedTo),
    ...timeInWords("ended", filter.endedFrom, filter.endedTo),
    ...(withoutTests ? ["without tests"] : []),
  ];
  return words.length === 0 ? "Filter" : `Filter: ${words.join(", ")}`;
}

export interface FoundView extends Omit<EventsView, "query"> {
  /** What was typed may be a phone number. */
  readonly isNumber: boolean;
}

/** What a search found. It says nothing of what was typed: that may be a phone number. */
export function foundPage({ found, accounts, isNumber }: FoundView, reader: Reader): Html {
  const { events, next, isInOrder } = found;
  return html`<div class="top"><h1>Found events</h1><a href="/events">Back to the list</a></div>
${searchForm()}
${next !== null && html`<p class="warning">${isInOrder ? `Only the newest ${reader.number(events.length)} are shown.` : `Only ${reader.number(events.length)} are shown, and newer ones may be missing: more than a search looks through fit.`}</p>`}
${
  events.length === 0
    ? html`<div class="card empty"><p><strong>Nothing was found.</strong></p>${isNumber && html`<p>A phone number needs its country code, such as 55 11 98765-4321.</p>`}<p>Check that it is whole: a part of an id finds nothing. An event id is whole as the order system sent it, as in <code>order-1042:Purchase</code>. An event that was refused at intake was never stored; phone numbers are forgotten when retention has removed personal data.</p></div>`
    : eventTable(events, accounts, reader)
}`;
}

/**
 * Posted, not asked for by address: an address with a phone number in it would be remembered by browsers and proxies.
 */
function searchForm(): Html {
  return html`<form method="post" action="/events/search" role="search" class="search"><label class="hidden" for="text">Search</label><input id="text" name="text" required maxlength="128" autocomplete="off" placeholder="Event, order, trace id, or phone +55…" /><button>Search</button></form>`;
}

function nothing(isLater: boolean): Html {
  return isLater
    ? html`<div class="card empty"><p>There are no older events.</p></div>`
    : html`<div class="card empty"><p><strong>No event fits.</strong></p><p>Show all events, or widen the filter. If there should be some, look whether they were <a href="/#intake">refused at intake</a>.</p></div>`;
}
