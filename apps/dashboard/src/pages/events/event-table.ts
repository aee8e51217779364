import { EVENT_REASONS } from "@capi-relay/contract";
import type { ListedEvent } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { eventPath } from "../../event-path.ts";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import { marksOf } from "./event-marks.ts";
import { statusMark } from "./status-mark.ts";

/** What the last column of a list is about. */
interface LastColumn {
  readonly label: string;
  readonly cell: (event: ListedEvent) => Html;
}

const ACCEPTED: LastColumn = { label: "Accepted", cell: ({ acceptedAt }) => when(acceptedAt) };

/** Of a list that runs by ending. */
export const ENDED: LastColumn = { label: "Ended", cell: ({ endedAt }) => html`${endedAt !== null && when(endedAt)}` };

/** A page of a list, each event one step from its story. */
export function eventTable(
  events: readonly ListedEvent[],
  accounts: AccountNames,
  reader: Reader,
  last: LastColumn = ACCEPTED,
): Html {
  return html`<div class="card"><table class="stacked events">
<thead><tr><th scope="col">Event</th><th scope="col">Status</th><th scope="col">Why</th><th scope="col" class="number">Value</th><th scope="col">Account</th><th scope="col">${last.label}</th></tr></thead>
<tbody>${events.map((event) => row(event, accounts, reader, last))}</tbody></table></div>`;
}

function row(event: ListedEvent, accounts: AccountNames, reader: Reader, last: LastColumn): Html {
  const { id, eventId, eventName, status, reason, details, accountId } = event;
  const { value, currency } = details;
  return html`<tr>
<th scope="row" data-label="Event"><span><a href=${eventPath(id)}>${eventId}</a><br /><span class="quiet small">${eventName}</span></span></th>
<td data-label="Status"><span>${statusMark(status)} ${marksOf(event)}</span></td>
<td data-label="Why" class="small">${reason !== null && html`<span>${EVENT_REASONS[reason].happened}</span>`}</td>
<td data-label="Value" class="number">${value !== null && (currency === null ? reader.number(value, 2) : html`<span class="sum">${reader.money({ currency, value }, "exact")}</span>`)}</td>
<td data-label="Account">${accounts.get(accountId) ?? accountId}</td>
<td data-label=${last.label}>${last.cell(event)}</td></tr>`;
}
