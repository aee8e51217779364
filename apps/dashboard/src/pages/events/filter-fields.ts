import { EVENT_REASONS, EVENT_STATUSES, type EventStatus } from "@capi-relay/contract";
import type { EventFilter } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html } from "../../html.ts";
import { dayOf, lastDay } from "./event-query.ts";
import { STATUS_NAMES } from "./status-mark.ts";

/** The fields that narrow a list of events, filled in. */
export function filterFields(
  filter: EventFilter,
  accounts: AccountNames,
  statuses: readonly EventStatus[] = EVENT_STATUSES,
): Html {
  const { accountIds, reason, eventName, acceptedFrom, acceptedTo } = filter;
  const [status, ...more] = filter.statuses;
  return html`<div class="fields">
${choice("account", "Account", "All accounts", [...accounts], accountIds?.[0] ?? null)}
${choice(
  "status",
  "Status",
  "Every status",
  statuses.map((one) => [one, STATUS_NAMES[one]]),
  more.length === 0 ? (status ?? null) : null,
)}
${more.length > 0 && html`<input type="hidden" name="status" value=${status} />${more.map((one) => html`<input type="hidden" name="status" value=${one} />`)}`}
${choice(
  "reason",
  "Reason",
  "Every reason",
  Object.keys(EVENT_REASONS).map((one) => [one, one.replaceAll("_", " ")]),
  reason,
)}
<div><label for="name">Event name</label><input id="name" name="name" value=${eventName ?? ""} maxlength="128" placeholder="Purchase" /></div>
${day("from", "From (UTC day)", acceptedFrom)}
${day("to", "To (UTC day)", lastDay(acceptedTo))}
</div>
<p class="quiet small">Days begin and end at midnight UTC, so that a link shows everybody the same events. Times in the list are in your zone.</p>`;
}

function choice(
  name: string,
  label: string,
  all: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string | null,
): Html {
  return html`<div><label for=${name}>${label}</label><select id=${name} name=${name}><option value="">${all}</option>${options.map(([value, text]) => html`<option value=${value} selected=${value === chosen}>${text}</option>`)}</select></div>`;
}

function day(name: string, label: string, value: Date | null): Html {
  return html`<div><label for=${name}>${label}</label><input id=${name} name=${name} type="date" value=${dayOf(value) ?? ""} /></div>`;
}
