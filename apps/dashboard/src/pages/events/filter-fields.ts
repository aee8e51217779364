import { EVENT_STATUSES, EventReason, type EventStatus } from "@capi-relay/contract";
import type { EventFilter } from "@capi-relay/storage";
import type { AccountNames } from "../../account-names.ts";
import { type Html, html, type Part } from "../../html.ts";
import { statusText } from "./event-query.ts";
import { STATUS_NAMES } from "./status-mark.ts";
import { beginText, endText, isDayText } from "./time-text.ts";

const ALL_REASONS = EventReason.options;

/** What a form lets people choose among. */
interface FieldChoices {
  /** Null where all events of the list have the same one, and have not ended. */
  readonly statuses?: readonly EventStatus[] | null;
  readonly reasons?: readonly EventReason[];
  readonly more?: Part;
}

/** The fields that narrow a list of events, filled in. */
export function filterFields(
  filter: EventFilter,
  accounts: AccountNames,
  { statuses = EVENT_STATUSES, reasons = ALL_REASONS, more = null }: FieldChoices = {},
): Html {
  const { accountIds, reason, eventName, acceptedFrom, acceptedTo, endedFrom, endedTo } = filter;
  return html`<div class="fields">
${choice("account", "Account", "All accounts", [...accounts], accountIds?.[0] ?? null)}
${statuses !== null && statusField(filter, statuses)}
${choice(
  "reason",
  "Reason",
  "Every reason",
  reasons.map((one) => [one, one.replaceAll("_", " ")]),
  reason,
)}
<div><label for="name">Event name</label><input id="name" name="name" value=${eventName ?? ""} maxlength="128" placeholder="Purchase" /></div>
${time("from", "Accepted from (UTC)", beginText(acceptedFrom))}
${time("to", "Accepted to (UTC)", endText(acceptedTo))}
${statuses !== null && time("ended_from", "Ended from (UTC)", beginText(endedFrom))}
${statuses !== null && time("ended_to", "Ended to (UTC)", endText(endedTo))}
${more}
</div>
<p class="quiet small">Days begin and end at midnight UTC, so that a link shows everybody the same events. Times in the list are in your zone.</p>`;
}

function statusField({ statuses: held }: EventFilter, statuses: readonly EventStatus[]): Html {
  const chosen = held.length === 0 ? null : statusText(held);
  return choice("status", "Status", "Every status", statusOptions(held, statuses), chosen);
}

/** What the filter holds is the first choice where it is not among the others, so that choosing one replaces it. */
function statusOptions(
  held: EventFilter["statuses"],
  statuses: readonly EventStatus[],
): (readonly [value: string, label: string])[] {
  const isAmongThem = held.length === 0 || (held.length === 1 && held.every((status) => statuses.includes(status)));
  return [
    ...(isAmongThem ? [] : [[statusText(held), held.map((one) => STATUS_NAMES[one]).join(", ")] as const]),
    ...statuses.map((one) => [one, STATUS_NAMES[one]] as const),
  ];
}

/** Figures are of no tests, so a list behind a figure is not either. */
export function testsField({ withoutTests }: EventFilter): Html {
  return choice("tests", "Test events", "Shown too", [["out", "Left out"]], withoutTests ? "out" : null);
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

/** Days are what people ask for; an hour is there only where a link brought it. */
function time(name: string, label: string, value: string | null): Html {
  const type = value === null || isDayText(value) ? "date" : "datetime-local";
  return html`<div><label for=${name}>${label}</label><input id=${name} name=${name} type=${type} value=${value ?? ""} /></div>`;
}
