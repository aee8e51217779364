import type { AtRisk, ValueAtRisk } from "@capi-relay/insight";
import type { TimeLeft } from "@capi-relay/storage";
import { type Html, html, type Part } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { atRiskPath, TIMES_LEFT } from "../at-risk/at-risk-query.ts";
import { standingPath } from "./figure-scope.ts";
import { eventsWorth } from "./need.ts";

/** How much money waits, and for how long it still can. */
export function valueAtRiskCard(
  { byTimeLeft, total, waitingForClick }: ValueAtRisk,
  accountId: string | null,
  reader: Reader,
): Html {
  const part = (left: TimeLeft | null, label: string) => link(atRiskPath({ left, accountId }), label);
  return html`<section class="card" aria-labelledby="at-risk">
<h2 id="at-risk">Value at risk</h2>
<p class="quiet">Events not delivered yet, by the time left until Meta no longer takes them. Their values are those of every event, also of carts and leads.</p>
${
  total.count === 0
    ? html`<p class=${waitingForClick.count === 0 ? "fine" : undefined}>${waitingForClick.count === 0 ? "Nothing is at risk." : "No event that could be sent is waiting."}</p>`
    : html`<table class="lines"><tbody>${byTimeLeft.filter(isWorthALine).map((row) => line(row.count > 0 ? part(row.left, TIMES_LEFT[row.left]) : TIMES_LEFT[row.left], row, reader, row.left === "under_6h" && row.count > 0))}${line(part(null, "All together"), total, reader)}</tbody></table>`
}
${
  waitingForClick.count > 0 &&
  html`<p class="quiet">Besides, ${link(standingPath(accountId, { statuses: ["waiting_click"] }), eventsWorth(waitingForClick, reader))} ${waitingForClick.count === 1 ? "waits" : "wait"} for a click. They go out by themselves if one becomes known; many of these customers never came from an ad.</p>`
}
</section>`;
}

/** That nothing has passed is as it should be. */
const isWorthALine = ({ left, count }: ValueAtRisk["byTimeLeft"][number]): boolean => left !== "passed" || count > 0;

function link(href: string, label: string): Html {
  return html`<a href=${href}>${label}</a>`;
}

function line(label: Part, { count, values }: AtRisk, reader: Reader, isUrgent = false): Html {
  return html`<tr class=${isUrgent ? "urgent" : undefined}><th scope="row">${label}</th><td class="number">${reader.number(count)}</td><td class="number">${values.length === 0 ? "–" : values.map((value) => html`<span class="sum">${reader.money(value)}</span> `)}</td></tr>`;
}
