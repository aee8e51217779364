import { z } from "zod";
import { type Html, html } from "../../html.ts";

const PACES = [
  [10, "10 a second"],
  [50, "50 a second"],
  [200, "200 a second"],
] as const;
const Pace = z.coerce.number().int().min(1).max(1_000).catch(50);

/** How fast a worker goes through an order. */
export function paceField(): Html {
  return html`<div class="fields"><div><label for="pace">Pace</label><select id="pace" name="pace">${PACES.map(([pace, label]) => html`<option value=${pace} selected=${pace === 50}>${label}</option>`)}</select></div></div>`;
}

export function paceIn(fields: URLSearchParams): number {
  return Pace.parse(fields.get("pace") ?? undefined);
}
