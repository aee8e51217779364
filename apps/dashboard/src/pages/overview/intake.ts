import type { DestinationHealth, Overview } from "@capi-relay/insight";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { intakeWords } from "./intake-words.ts";

const SHOWN = 10;
const ACCOUNTS_SHOWN = 3;

/** What the order systems sent that could not be taken in. */
export function intakeCard(overview: Overview, destinations: readonly DestinationHealth[], reader: Reader): Html {
  const { intakeRefusals } = overview;
  return html`<section class="card" aria-labelledby="intake">
<h2 id="intake">Refused at intake</h2>
${
  intakeRefusals.length === 0
    ? html`<p class="fine">Everything that was sent was taken in.</p>`
    : html`<p class="quiet">These never became events: the order system got an error that says what is wrong, and has to send them again once it is mended.</p>
<table class="lines"><tbody>${intakeRefusals.slice(0, SHOWN).map(({ code, count }) => html`<tr><th scope="row">${intakeWords(code)}<br /><code class="quiet small">${code}</code></th><td class="number">${reader.number(count)}</td></tr>`)}</tbody></table>
${rarer(intakeRefusals.slice(SHOWN), reader)}<p class="quiet small">In the last 24 hours: ${whom(overview, destinations, reader)}. How each is mended stands at <code>/docs/errors</code> of the API.</p>`
}
</section>`;
}

/** So that the causes add up to the figure on top of the page. */
function rarer(refusals: Overview["intakeRefusals"], reader: Reader): Html | null {
  if (refusals.length === 0) return null;
  const count = refusals.reduce((sum, one) => sum + one.count, 0);
  const kinds = refusals.length === 1 ? "1 rarer kind" : `${reader.number(refusals.length)} rarer kinds`;
  return html`<p class="quiet small">And ${reader.number(count)} more, of ${kinds}: ${refusals.map(({ code }, index) => html`${index > 0 && ", "}<code>${code}</code>`)}.</p>`;
}

function whom({ intakeLately }: Overview, destinations: readonly DestinationHealth[], reader: Reader): string {
  const nameOf = (id: string | null) =>
    id === null ? "no known account" : (destinations.find(({ accountId }) => accountId === id)?.name ?? id);
  const { byAccount } = intakeLately;
  if (byAccount.length === 0) return "none";
  const named = byAccount
    .slice(0, ACCOUNTS_SHOWN)
    .map(({ accountId, count }) => `${nameOf(accountId)} (${reader.number(count)})`);
  return [...named, ...(byAccount.length > ACCOUNTS_SHOWN ? ["others"] : [])].join(", ");
}
