import type { DestinationHealth, PhoneNumberCapture } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { sparkline } from "./sparkline.ts";

/** More than anybody looks through; those that have dropped are always among them. */
const SHOWN = 50;

/** Whether the messages that come from ads still bring their click ids, number by number. */
export function clickCaptureCard(
  captures: readonly PhoneNumberCapture[],
  destinations: readonly DestinationHealth[],
  reader: Reader,
): Html {
  const nameOf = (wabaId: string) =>
    destinations.find((destination) => destination.wabaId === wabaId)?.name ?? `WABA ${wabaId}`;
  const shown = captures.toSorted((one, other) => Number(other.dropped) - Number(one.dropped)).slice(0, SHOWN);
  return html`<section class="card" aria-labelledby="clicks">
<h2 id="clicks">Clicks captured</h2>
<p class="quiet">Of the WhatsApp messages that came from an ad: how many brought the click id without which Meta credits nothing.</p>
${
  captures.length === 0
    ? html`<p>No message from an ad has arrived yet. If ads are running, check that the WhatsApp webhook reaches this installation.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Clicks captured by number"><table>
<thead><tr><th scope="col">Number</th><th scope="col" class="number">Ad messages</th><th scope="col" class="number">With click id</th><th scope="col" class="number">Latest day</th><th scope="col">Day by day</th></tr></thead>
<tbody>${shown.map((capture) => row(capture, nameOf(capture.wabaId), reader))}</tbody></table></div>
${captures.length > SHOWN && html`<p class="quiet small">The ${SHOWN} of ${reader.number(captures.length)} numbers with most messages, after those that have dropped. Choose an account to see its own.</p>`}`
}
${captures.some(({ dropped }) => dropped) && html`<p class="warning"><strong>A number has dropped.</strong> Check at Meta that the app is subscribed to the number's WhatsApp Business Account, that nothing between Meta and this installation rewrites the webhook, and that the click id (<code>ctwa_clid</code>) is passed on unchanged. Events whose click is imported later go out by themselves.</p>`}
</section>`;
}

function row({ phoneNumberId, days, rate, dropped }: PhoneNumberCapture, owner: string, reader: Reader): Html {
  const all = days.reduce((sum, { withClickId, withoutClickId }) => sum + withClickId + withoutClickId, 0);
  const latest = days.findLast((day) => day.rate !== null)?.rate ?? null;
  return html`<tr class=${dropped ? "urgent" : undefined}>
<th scope="row">${owner}<br /><span class="quiet small">${phoneNumberId ?? "number not named"}</span></th>
<td class="number">${reader.number(all)}</td>
<td class="number">${rate === null ? "–" : reader.percent(rate)}</td>
<td class="number">${latest === null ? "–" : reader.percent(latest)}${dropped && html` <strong>dropped</strong>`}</td>
<td class="course">${sparkline(days.map((day) => day.rate ?? 0))}</td></tr>`;
}
