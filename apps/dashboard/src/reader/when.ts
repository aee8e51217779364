import { type Html, html } from "../html.ts";

/** A moment. In UTC as it is served; the browser's script writes it in the reader's zone. */
export function when(moment: Date): Html {
  const iso = moment.toISOString();
  return html`<time datetime=${iso} title=${`${iso.slice(0, 19).replace("T", " ")} UTC`}>${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}
