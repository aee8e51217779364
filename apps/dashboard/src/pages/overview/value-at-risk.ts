import type { AtRisk, ValueAtRisk } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { eventsWorth } from "./need.ts";

const LEFT = {
  under_6h: "Less than 6 hours left",
  under_24h: "Less than a day left",
  under_3d: "Less than 3 days left",
  more: "More than 3 days left",
} as const;

/** How much money waits, and for how long it still can. */
export function valueAtRiskCard({ byTimeLeft, total, waitingForClick }: ValueAtRisk, reader: Reader): Html {
  return html`<section class="card" aria-labelledby="at-risk">
<h2 id="at-risk">Value at risk</h2>
<p class="quiet">Events not delivered yet, by the time left until Meta no longer takes them.</p>
${
  total.count === 0
    ? html`<p class=${waitingForClick.count === 0 ? "fine" : undefined}>${waitingForClick.count === 0 ? "Nothing is at risk." : "No event that could be sent is waiting."}</p>`
    : html`<table class="lines"><tbody>${byTimeLeft.map((row) => line(LEFT[row.left], row, reader, row.left === "under_6h" && row.count > 0))}${line("All together", total, reader)}</tbody></table>`
}
${
  waitingForClick.count > 0 &&
  html`<p class="quiet">Besides, ${eventsWorth(waitingForClick, reader)} ${waitingForClick.count === 1 ? "waits" : "wait"} for a click. They go out by themselves if one becomes known; many of these customers never came from an ad.</p>`
}
</section>`;
}

function line(label: string, { count, values }: AtRisk, reader: Reader, isUrgent = false): Html {
  return html`<tr class=${isUrgent ? "urgent" : undefined}><th scope="row">${label}</th><td class="number">${reader.number(count)}</td><td class="number">${values.length === 0 ? "–" : values.map((value) => html`<span class="sum">${reader.money(value)}</span> `)}</td></tr>`;
}
