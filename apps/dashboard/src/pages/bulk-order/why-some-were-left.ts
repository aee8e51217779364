import { REFUSAL_SENTENCES } from "@capi-relay/dispatch";
import type { BulkOrderRow } from "@capi-relay/storage";
import { type Html, html } from "../../html.ts";
import type { Reader } from "../../reader/reader.ts";

export function countLeft({ refused }: Pick<BulkOrderRow, "refused">): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0);
}

/** In the ledger's words, each with how many. */
export function whySomeWereLeft(order: Pick<BulkOrderRow, "refused">, reader: Reader): Html | null {
  if (countLeft(order) === 0) return null;
  return html`<h2>Why some were left</h2><ul>${Object.entries(order.refused).map(([because, count]) => html`<li>${reader.number(count)}: ${sentenceOf(because)}</li>`)}</ul>`;
}

function sentenceOf(because: string): string {
  const known: Readonly<Record<string, string>> = REFUSAL_SENTENCES;
  return Object.hasOwn(known, because) ? (known[because] ?? because) : "The ledger does not know them any more.";
}
