import type { Evidence, Exhibit } from "./evidence.ts";
import type { Violation } from "./violation.ts";

/** An event's id, as the ledger makes it; to name the event a leak is about. */
const EVENT_ID = /\be[A-Za-z0-9_-]{22}\b/;

/**
 * I7: nothing secret and nobody's data in logs, in metrics, in Redis, or in plain in the ledger. The click id, which
 * Meta needs word for word, may stand in its own fields of the ledger and nowhere else.
 */
export function checkLeaks(evidence: Evidence): Violation[] {
  const stored = evidence.rows.map((row) => ({ where: `ledger row ${row._id}`, text: withoutClickIds(row) }));
  const conversations = evidence.conversations.map((one) => ({ where: "a conversation", text: withoutClickIds(one) }));
  const exhibits: readonly Exhibit[] = [
    ...evidence.logs,
    ...evidence.redis,
    ...evidence.metrics,
    ...stored,
    ...conversations,
  ];
  return exhibits.flatMap((exhibit) => leaksIn(exhibit, evidence.canaries));
}

/** The first place of each canary in a text. */
export function leaksIn({ where, text }: Exhibit, canaries: Evidence["canaries"]): Violation[] {
  const found: Violation[] = [];
  for (const [name, canary] of canaries) {
    const at = text.indexOf(canary);
    if (at < 0) continue;
    const lineStart = text.lastIndexOf("\n", at) + 1;
    const lineEnd = text.indexOf("\n", at);
    const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
    found.push({ invariant: "I7", event: EVENT_ID.exec(line)?.[0] ?? null, what: `the ${name} is in ${where}` });
  }
  return found;
}

function withoutClickIds(document: object): string {
  return JSON.stringify(document, (key, value) => (key === "ctwaClid" ? undefined : value));
}
