import type { AuditEntry, AuditPosition, PlacedAuditEntry } from "@capi-relay/storage";
import { destinationPath } from "../../destination-path.ts";
import { eventPath } from "../../event-path.ts";
import { type Html, html } from "../../html.ts";
import { when } from "../../reader/when.ts";
import { decisionPath } from "../bulk-decision/decision-page.ts";
import { orderPath } from "../bulk-retry/order-page.ts";

export interface AuditView {
  readonly entries: readonly PlacedAuditEntry[];
  readonly isFirst: boolean;
  /** Where older entries begin; null when there are none. */
  readonly next: AuditPosition | null;
}

/** Who did what. */
export function auditPage({ entries, isFirst, next }: AuditView): Html {
  return html`<div class="top"><h1>Audit</h1></div>
<p class="quiet">Everything people and programs did to events and accounts, newest first. Which fields were corrected is written down, what they held is not.</p>
${
  entries.length === 0
    ? html`<div class="card empty"><p>Nobody has done anything yet.</p></div>`
    : html`<div class="card"><table class="stacked"><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">To what</th><th scope="col">Detail</th></tr></thead>
<tbody>${entries.map((entry) => html`<tr><td data-label="When">${when(entry.at)}</td><td data-label="Who">${entry.who}</td><td data-label="What">${entry.action.replaceAll("_", " ")}</td><td data-label="To what">${subject(entry)}</td><td data-label="Detail">${detail(entry)}</td></tr>`)}</tbody></table></div>`
}
<nav class="actions pages" aria-label="Pages of the audit">${!isFirst && html`<a class="button plain" href="/audit">Newest</a>`}${next !== null && html`<a class="button plain" rel="next" href=${`/audit?after=${next.at.getTime()}.${next.id}`}>Older</a>`}</nav>`;
}

function subject({ action, subject: id }: AuditEntry): Html {
  const path = pathOf(action, id);
  return path === null ? html`<code>${id}</code>` : html`<a href=${path}><code>${id}</code></a>`;
}

function pathOf(action: AuditEntry["action"], id: string): string | null {
  if (action.startsWith("bulk_retry")) return orderPath(id);
  if (action.startsWith("bulk_decision")) return decisionPath(id);
  if (action.startsWith("account") || action === "event_name_switched_on") return destinationPath(id);
  return action.startsWith("event_") ? eventPath(id) : null;
}

/** An event that was part of a bulk retry or a bulk decision names it. */
function detail({ action, detail: text }: AuditEntry): Html | string {
  const isOrder = action === "event_retried" && text.startsWith("retry_");
  if (isOrder) return html`<a href=${orderPath(text)}>bulk retry</a>`;
  const [as, id] = action === "event_resolved" ? text.split(" by ", 2) : [];
  return id === undefined ? text : html`${as}, <a href=${decisionPath(id)}>bulk decision</a>`;
}
