import { type Html, html } from "../../html.ts";
import type { Need } from "./needs.ts";

const MARKS: Readonly<Record<Need["urgency"], string>> = { broken: "Broken", soon: "Act soon", look: "Good to know" };

/** What needs a person, on top of everything else. */
export function needList(needs: readonly Need[]): Html {
  return html`<section class="needs" aria-labelledby="needs">
<h2 id="needs">What needs you</h2>
${
  needs.length === 0
    ? html`<p class="fine">Nothing. Conversions get through.</p>`
    : html`<ul>${needs.map(
        ({ urgency, sentence, link }) =>
          html`<li class=${`need ${urgency}`}><span class="mark">${MARKS[urgency]}</span><p>${sentence}</p>${
            link !== null && html`<a class="button small" href=${link.href}>${link.label}</a>`
          }</li>`,
      )}</ul>`
}
</section>`;
}
