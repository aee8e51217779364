import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";
import { when } from "../../reader/when.ts";
import type { Need } from "./need.ts";

const MARKS: Readonly<Record<Need["urgency"], string>> = { broken: "Broken", soon: "Act soon", look: "Good to know" };

/** What needs a person, on top of everything else: what, since when, how much it costs, why, and where to go. */
export function needList(needs: readonly Need[], now: Date, reader: Reader): Html {
  return html`<section class="needs" aria-labelledby="needs">
<h2 id="needs">What needs you</h2>
${
  needs.length === 0
    ? html`<p class="fine">Nothing. Conversions get through.</p>`
    : html`${needs.every(({ urgency }) => urgency === "look") && html`<p class="fine">Nothing has to be done now.</p>`}<ul>${needs.map((need) => item(need, now, reader))}</ul>`
}
</section>`;
}

function item({ urgency, title, sentence, since, stake, link }: Need, now: Date, reader: Reader): Html {
  return html`<li class=${`need ${urgency}`}><span class="mark">${MARKS[urgency]}</span><div class="what"><h3>${title}</h3>
${(since !== null || stake !== null) && html`<p>${since !== null && html`<span>Since ${when(since)} (${howLong(now.getTime() - since.getTime(), reader)})</span>`}${stake !== null && html`<strong>${stake}</strong>`}</p>`}
${sentence !== null && html`<p class="quiet small">${sentence}</p>`}</div>${
    link !== null && html`<a class="button small" href=${link.href}>${link.label}</a>`
  }</li>`;
}

function howLong(ms: number, reader: Reader): string {
  return ms < MINUTE_MS ? "just now" : reader.duration(ms);
}

const MINUTE_MS = 60_000;
