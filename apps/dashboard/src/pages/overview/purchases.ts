import type { EventStatus } from "@capi-relay/contract";
import type { AtRisk, Purchases } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { eventsPath } from "../events/event-query.ts";

const ROWS: readonly (readonly [part: keyof Purchases, label: string, statuses: readonly EventStatus[]])[] = [
  ["accepted", "Accepted", []],
  ["delivered", "Delivered", ["delivered"]],
  ["refused_by_meta", "Refused by Meta", ["rejected"]],
  ["lost_credit", "Lost credit", ["failed", "skipped", "expired"]],
  ["cancelled", "Cancelled", ["cancelled"]],
];

/** Where the sales went and what they are worth, apart from carts, leads and whatever else has a value. */
export function purchasesCard(purchases: Purchases, accountId: string | null, reader: Reader): Html {
  const accountIds = accountId === null ? null : [accountId];
  const shown = ROWS.filter(([part]) => part !== "cancelled" || purchases.cancelled.count > 0);
  return html`<section class="card" aria-labelledby="purchases">
<h2 id="purchases">Where the purchases went</h2>
<p class="quiet">Only events named Purchase: taken in, and brought to an end, in this period. One that was taken in before may end in it. Each list shows all of its kind, the newest first.</p>
${
  shown.every(([part]) => purchases[part].count === 0)
    ? html`<p>No purchase was taken in or came to an end.</p>`
    : html`<table class="lines"><tbody>${shown.map(([part, label, statuses]) => line(html`<a href=${eventsPath({ accountIds, statuses, eventName: "Purchase" })}>${label}</a>`, purchases[part], reader))}</tbody></table>`
}
</section>`;
}

function line(label: Html, { count, values }: AtRisk, reader: Reader): Html {
  return html`<tr><th scope="row">${label}</th><td class="number">${reader.number(count)}</td><td class="number">${values.length === 0 ? "–" : values.map((value) => html`<span class="sum">${reader.money(value)}</span> `)}</td></tr>`;
}
