import type { EventStatus } from "@capi-relay/contract";
import type { RetriedSoFar } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { STATUS_NAMES } from "../events/status-mark.ts";

/** In which an event of an order mostly stands for seconds: whoever watches waits for these. */
const BEING_SENT = ["queued", "sending"] as const;

export function isBeingSent({ byStatus }: RetriedSoFar): boolean {
  return BEING_SENT.some((status) => (byStatus[status] ?? 0) > 0);
}

/** Sent again is not yet delivered: Meta may refuse an event as often as it is sent. */
export function resentSoFar(resent: number, { count, byStatus }: RetriedSoFar, reader: Reader): Html {
  const of = (...statuses: EventStatus[]) => statuses.reduce((sum, status) => sum + (byStatus[status] ?? 0), 0);
  const fact = (label: string, many: number) => html`<div><dt>${label}</dt><dd>${reader.number(many)}</dd></div>`;
  const whenThereAre = (label: string, many: number) => many > 0 && fact(label, many);
  return html`<h2>What became of them so far</h2>
<p class="quiet">Sent again means handed to the queue, not delivered. Counted when this page was shown${count < resent && html`, of ${reader.number(count)} of them`}.</p>
<dl class="facts">
${fact("Delivered", of("delivered"))}
${fact("Refused again", of("rejected"))}
${fact("Still on the way", of("queued", "sending", "retry_scheduled", "waiting_click", "held"))}
${whenThereAre(STATUS_NAMES.outcome_unknown, of("outcome_unknown"))}
${whenThereAre("Ended otherwise", of("failed", "skipped", "expired", "cancelled"))}
</dl>`;
}
