import type { Overview } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";

const SHOWN = 10;

/** What the order systems sent that could not be taken in. */
export function intakeCard({ intakeRefusals }: Overview, reader: Reader): Html {
  return html`<section class="card" aria-labelledby="intake">
<h2 id="intake">Refused at intake</h2>
${
  intakeRefusals.length === 0
    ? html`<p class="fine">Everything that was sent was taken in.</p>`
    : html`<p class="quiet">These never became events: the order system got an error that says what is wrong, and has to send them again once it is mended.</p>
<table class="lines"><tbody>${intakeRefusals.slice(0, SHOWN).map(({ code, count }) => html`<tr><th scope="row"><code>${code}</code></th><td class="number">${reader.number(count)}</td></tr>`)}</tbody></table>
<p class="quiet small">What each code means, and how it is mended, stands in the API's reference under “Errors”.</p>`
}
</section>`;
}
