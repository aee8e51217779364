import { Readable } from "node:stream";
import { explainReason } from "@capi-relay/contract";
import type { EventFilter, EventList, ListedEvent } from "@capi-relay/storage";
import { stringify } from "csv-stringify";

/** What an export holds: nothing that points to a person, and no click id. */
const COLUMNS = {
  id: ({ id }) => id,
  account_id: ({ accountId }) => accountId,
  event_id: ({ eventId }) => eventId,
  event_name: ({ eventName }) => eventName,
  order_id: ({ details }) => details.orderId,
  status: ({ status }) => status,
  reason: ({ reason }) => reason,
  explanation: ({ reason, sandbox }) => (reason === null ? null : explainReason(reason, { sandbox })),
  value: ({ details }) => details.value,
  currency: ({ details }) => details.currency,
  event_time: ({ eventTime }) => eventTime.toISOString(),
  accepted_at: ({ acceptedAt }) => acceptedAt.toISOString(),
  ended_at: ({ endedAt }) => endedAt?.toISOString() ?? null,
  attempts: ({ attempts }) => attempts.length,
  trace_id: ({ attempts }) => attempts.at(-1)?.traceId ?? null,
  test_code: ({ testCode }) => testCode,
  ad_id: ({ click }) => click?.adId ?? null,
  clicked_at: ({ click }) => click?.clickedAt?.toISOString() ?? null,
  matched_by: ({ click }) => click?.matchedBy ?? null,
  // As a word: csv-stringify writes a true as 1 and a false as nothing.
  sandbox: ({ sandbox }) => String(sandbox),
} as const satisfies Record<string, (event: ListedEvent) => string | number | null>;

/** An event as one line of an export, by column. */
type ExportLine = Record<keyof typeof COLUMNS, string | number | null>;

/**
 * Every event of a filter as CSV, newest first: read a few hundred at a time, so an export of a million costs no more
 * memory than one of ten. Texts that a spreadsheet would take for a formula are made harmless.
 */
export function exportEvents(list: Pick<EventList, "stream">, filter: EventFilter): Readable {
  const csv = stringify({ header: true, columns: Object.keys(COLUMNS), escape_formulas: true, bom: true });
  return Readable.from(linesOf(list.stream(filter))).compose(csv);
}

async function* linesOf(events: AsyncIterable<ListedEvent>): AsyncGenerator<ExportLine> {
  for await (const event of events) yield lineOf(event);
}

function lineOf(event: ListedEvent): ExportLine {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, read]) => [name, read(event)])) as ExportLine;
}
