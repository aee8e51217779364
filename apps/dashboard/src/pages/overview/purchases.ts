import type { EventReason, EventStatus } from "@capi-relay/contract";
import { type AtRisk, PURCHASE, type PurchaseFate, type Purchases } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { acceptedPath, type FigureScope } from "./figure-scope.ts";

interface Row {
  readonly fate: PurchaseFate;
  readonly label: string;
  readonly statuses: readonly EventStatus[];
  readonly reason?: EventReason;
  /** Worth a line also when there is none. */
  readonly isAlwaysShown?: true;
}

const UNDERWAY: readonly EventStatus[] = ["queued", "waiting_click", "held", "sending", "retry_scheduled"];
const ROWS: readonly Row[] = [
  { fate: "delivered", label: "Delivered", statuses: ["delivered"], isAlwaysShown: true },
  { fate: "on_their_way", label: "On their way", statuses: UNDERWAY, isAlwaysShown: true },
  { fate: "in_doubt", label: "In doubt: arrived or not", statuses: ["outcome_unknown"] },
  {
    fate: "no_ad_click",
    label: "No ad click known",
    statuses: ["skipped"],
    reason: "no_ctwa_clid",
    isAlwaysShown: true,
  },
  {
    fate: "click_too_old",
    label: "Too late: over 7 days after the click",
    statuses: ["skipped"],
    reason: "click_window_expired",
  },
  { fate: "unclear_contact", label: "Customer unclear", statuses: ["skipped"], reason: "ambiguous_contact" },
  { fate: "expired", label: "Too late: older than Meta takes", statuses: ["expired"] },
  { fate: "given_up", label: "Tried in vain", statuses: ["failed"] },
  { fate: "refused_by_meta", label: "Refused by Meta", statuses: ["rejected"], isAlwaysShown: true },
  { fate: "cancelled", label: "Cancelled", statuses: ["cancelled"] },
];

/** Where the sales went and what they are worth, apart from carts, leads and whatever else has a value. */
export function purchasesCard(purchases: Purchases, scope: FigureScope, reader: Reader): Html {
  const shown = ROWS.filter(({ fate, isAlwaysShown }) => isAlwaysShown || purchases[fate].count > 0);
  const pathTo = ({ statuses, reason }: Pick<Row, "statuses" | "reason">) =>
    acceptedPath(scope, { statuses, reason: reason ?? null, eventName: PURCHASE });
  return html`<section class="card" aria-labelledby="purchases">
<h2 id="purchases">Where the purchases went</h2>
<p class="quiet">Events named Purchase that were accepted in this period, by what has become of each until now. The lines add up to all of them.</p>
${
  purchases.accepted.count === 0
    ? html`<p>No purchase was accepted.</p>`
    : html`<table class="lines"><tbody>${shown.map((row) => line(pathTo(row), row.label, purchases[row.fate], reader))}${line(pathTo({ statuses: [] }), "All accepted", purchases.accepted, reader)}</tbody></table>`
}
${purchases.no_ad_click.count > 0 && html`<p class="quiet small">No ad click known: mostly customers who came from no ad, and then nothing is lost. If they did come from one, its click was not captured: look at <a href="#clicks">Clicks captured</a>, and whether the WhatsApp webhook reaches this installation.</p>`}
</section>`;
}

function line(href: string, label: string, { count, values }: AtRisk, reader: Reader): Html {
  return html`<tr><th scope="row"><a href=${href}>${label}</a></th><td class="number">${reader.number(count)}</td><td class="number">${values.length === 0 ? "–" : values.map((value) => html`<span class="sum">${reader.money(value)}</span> `)}</td></tr>`;
}
