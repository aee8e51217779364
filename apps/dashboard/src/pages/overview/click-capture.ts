import type { DestinationHealth, PhoneNumberCapture } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { sparkline } from "./sparkline.ts";

/** More than anybody looks through; those that have dropped come first. */
const SHOWN = 50;

/** Whether the messages that come from ads still bring their click ids, number by number. */
export function clickCaptureCard(
  captures: readonly PhoneNumberCapture[],
  destinations: readonly DestinationHealth[],
  reader: Reader,
): Html {
  const nameOf = (wabaId: string) =>
    destinations.find((destination) => destination.wabaId === wabaId)?.name ?? `WABA ${wabaId}`;
  const shown = captures.slice(0, SHOWN);
  return html`<section class="card" aria-labelledby="clicks">
<h2 id="clicks">Clicks captured</h2>
<p class="quiet">Of the WhatsApp messages that came from an ad in the last 30 days: how many brought the click id without which Meta credits nothing.</p>
${captures.some(({ drop }) => drop !== null) && html`<p class="warning"><strong>A number has dropped.</strong> Check at Meta that the app is subscribed to the number's WhatsApp Business Account, that nothing between Meta and this installation rewrites the webhook, and that the click id (<code>ctwa_clid</code>) is passed on unchanged. Events whose click is imported later go out by themselves.</p>`}
${
  captures.length === 0
    ? html`<p>No message from an ad has arrived yet. If ads are running, check that the WhatsApp webhook reaches this installation.</p>`
    : html`<table class="stacked">
<thead><tr><th scope="col">Number</th><th scope="col" class="number">Ad messages</th><th scope="col" class="number">With click id</th><th scope="col" class="number">Latest day</th><th scope="col">Day by day</th></tr></thead>
<tbody>${shown.map((capture) => row(capture, nameOf(capture.wabaId), reader))}</tbody></table>
${captures.length > SHOWN && html`<p class="quiet small">The ${SHOWN} of ${reader.number(captures.length)} numbers with most messages, after those that have dropped. Choose an account to see its own.</p>`}`
}
</section>`;
}

function row({ phoneNumberId, days, rate, drop }: PhoneNumberCapture, owner: string, reader: Reader): Html {
  const all = days.reduce((sum, { withClickId, withoutClickId }) => sum + withClickId + withoutClickId, 0);
  const latest = days.findLast((day) => day.rate !== null)?.rate ?? null;
  return html`<tr class=${drop === null ? undefined : "urgent"}>
<th scope="row" data-label="Number"><span>${owner}<br /><span class="quiet small">${phoneNumberId ?? "number not named"}</span></span></th>
<td class="number" data-label="Ad messages">${reader.number(all)}</td>
<td class="number" data-label="With click id">${rate === null ? "–" : reader.percent(rate)}</td>
<td class="number" data-label="Latest day"><span>${latest === null ? "–" : reader.percent(latest)}${drop !== null && html` <strong>dropped</strong>`}</span></td>
<td class="course" data-label="Day by day">${sparkline(days.map((day) => day.rate ?? 0))}</td></tr>`;
}
