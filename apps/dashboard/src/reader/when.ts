import { type Html, html } from "../html.ts";

/** A moment. In UTC as it is served; the browser's script writes it in the reader's zone. */
export function when(moment: Date): Html {
  const iso = moment.toISOString();
  return html`<time datetime=${iso} title=${`${iso.slice(0, 19).replace("T", " ")} UTC`}>${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** A moment to the second, where moments are compared. */
export function whenExactly(moment: Date): Html {
  const text = `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return html`<time datetime=${moment.toISOString()} title=${text} data-seconds>${text}</time>`;
}
