import type { EventReason, EventStatus } from "@capi-relay/contract";
import type { AtRisk, FlowPoint, FlowTotals, Overview } from "@capi-relay/insight";
import { UNFINISHED } from "@capi-relay/storage";
import { type Html, html, type Part } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { acceptedPath, endedPath, type FigureScope, standingPath } from "./figure-scope.ts";
import { sparkline } from "./sparkline.ts";

/** A list of what was delivered is put in order as it is read: of more it would take too long. */
const DELIVERED_LISTED = 100_000;

/** The counts everybody asks for, then how well and how fast. A count leads to its events, where a list holds just these. */
export function figures(overview: Overview, scope: FigureScope, reader: Reader): Html {
  const { totals, series, waitingNow, purchases, deliveredPurchases, deliveryRate, timeToDelivered } = overview;
  const { accepted, delivered, refusedAtIntake, refusedByMeta, lostCredit, noAdClick } = totals;
  const course = (name: keyof Omit<FlowPoint, "start">) => sparkline(series.map((point) => point[name]));
  const ended = (status: EventStatus, reason: EventReason | null = null) =>
    endedPath(scope, { statuses: [status], reason });
  const { p50Ms, p95Ms } = timeToDelivered;
  return html`<section aria-label="Figures"><ul class="figures">
${figure(link("Accepted", acceptedPath(scope, {})), reader.number(accepted), inPurchases(purchases.accepted, reader), course("accepted"))}
${figure(delivered > DELIVERED_LISTED ? "Delivered" : link("Delivered", ended("delivered")), reader.number(delivered), inPurchases(deliveredPurchases, reader), course("delivered"), "good")}
${figure(link("Waiting now", standingPath(scope.accountId, { statuses: UNFINISHED })), reader.number(waitingNow), "not ended yet", course("waiting"))}
${figure("Refused at intake", reader.number(refusedAtIntake), "never became events", course("refusedAtIntake"), alarmed(refusedAtIntake, totals))}
${figure(link("Refused by Meta", ended("rejected")), reader.number(refusedByMeta), "rejected for good", course("refusedByMeta"), alarmed(refusedByMeta, totals))}
${figure("Lost credit", reader.number(lostCredit), "too late, or tried in vain", course("lostCredit"))}
${figure(link("No ad click known", ended("skipped", "no_ctwa_clid")), reader.number(noAdClick), "mostly from no ad: nothing to credit", course("noAdClick"))}
${figure("Delivery rate", deliveryRate === null ? "–" : reader.percent(deliveryRate), "of what ended with a click known, but for what was cancelled")}
${figure("Order to delivered", p50Ms === null ? "–" : reader.duration(p50Ms), p95Ms === null ? "nothing delivered yet" : `half of them; 95 % within ${reader.duration(p95Ms)}`)}
</ul></section>`;
}

function link(label: string, href: string): Html {
  return html`<a href=${href}>${label}</a>`;
}

/** Events of every name are counted, but a cart's value is nobody's revenue. */
function inPurchases({ values }: AtRisk, reader: Reader): string | null {
  const worth = reader.moneys(values);
  return worth === null ? null : `${worth} in purchases`;
}

const ALARMING_PART = 0.05;

/** A colour that is always there warns nobody. */
const alarmed = (count: number, { accepted, refusedAtIntake }: FlowTotals): "bad" | "" =>
  count > ALARMING_PART * (accepted + refusedAtIntake) ? "bad" : "";

function figure(label: Part, value: string, note: string | null, course: Part = null, tone = ""): Html {
  return html`<li class=${tone}><span class="label">${label}</span><strong>${value}</strong>${course}<small>${note}</small></li>`;
}
