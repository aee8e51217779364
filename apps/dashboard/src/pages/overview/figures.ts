import type { AtRisk, FlowPoint, FlowTotals, Overview } from "@capi-relay/insight";
import { type Html, html, type Part } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { sparkline } from "./sparkline.ts";

/** The counts everybody asks for, then how well and how fast. */
export function figures(overview: Overview, reader: Reader): Html {
  const { totals, series, waitingNow, purchases, deliveredPurchases, deliveryRate, timeToDelivered } = overview;
  const course = (name: keyof Omit<FlowPoint, "start">) => sparkline(series.map((point) => point[name]));
  const { p50Ms, p95Ms } = timeToDelivered;
  return html`<section aria-label="Figures"><ul class="figures">
${figure("Accepted", reader.number(totals.accepted), inPurchases(purchases.accepted, reader), course("accepted"))}
${figure("Delivered", reader.number(totals.delivered), inPurchases(deliveredPurchases, reader), course("delivered"), "good")}
${figure("Waiting now", reader.number(waitingNow), "not ended yet", course("waiting"))}
${figure("Refused at intake", reader.number(totals.refusedAtIntake), "never became events", course("refusedAtIntake"), alarmed(totals.refusedAtIntake, totals))}
${figure("Refused by Meta", reader.number(totals.refusedByMeta), "rejected for good", course("refusedByMeta"), alarmed(totals.refusedByMeta, totals))}
${figure("Lost credit", reader.number(totals.lostCredit), "too late, or tried in vain", course("lostCredit"))}
${figure("No ad click known", reader.number(totals.noAdClick), "mostly from no ad: nothing to credit", course("noAdClick"))}
${figure("Delivery rate", deliveryRate === null ? "–" : reader.percent(deliveryRate), "of what ended with a click known, but for what was cancelled")}
${figure("Order to delivered", p50Ms === null ? "–" : reader.duration(p50Ms), p95Ms === null ? "nothing delivered yet" : `half of them; 95 % within ${reader.duration(p95Ms)}`)}
</ul></section>`;
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

function figure(label: string, value: string, note: string | null, course: Part = null, tone = ""): Html {
  return html`<li class=${tone}><span class="label">${label}</span><strong>${value}</strong>${course}<small>${note}</small></li>`;
}
