import { isTerminal } from "@capi-relay/contract";
import { checkLeaks } from "./check-leaks.ts";
import type { Evidence } from "./evidence.ts";
import type { LedgerRow } from "./ledger-row.ts";
import { metricTotal } from "./metric-total.ts";
import { keyOf } from "./order-system.ts";
import type { OracleCopy } from "./sandbox-client.ts";
import { sleepsBesideAClick } from "./sleeps-beside-a-click.ts";
import type { Violation } from "./violation.ts";

const RESTING = ["waiting_click", "held", "outcome_unknown"];
const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;
/** The stores' clocks and ours are the same machine's, but a date is cut to whole milliseconds on the way. */
const CLOCK_GRAIN_MS = 20;

/** What the evidence says against us. Meant for a cluster at rest; empty when every invariant held. */
export function check(evidence: Evidence): Violation[] {
  const copies = copiesByEvent(evidence.copies);
  const found: Violation[] = [...checkPromises(evidence), ...checkStrangers(evidence)];
  for (const row of evidence.rows) {
    const own = copies.get(copyKey(evidence.datasetIds.get(row.accountId), row.eventId, row.testCode)) ?? [];
    found.push(...checkRest(row, evidence), ...checkCopies(row, own), ...checkTimes(row, own));
  }
  return [...found, ...checkLoggedOutcomes(evidence), ...checkMetrics(evidence), ...checkLeaks(evidence)];
}

/** I1, I11: whatever the caller was promised is there, and nothing else is. */
function checkPromises({ rows, acknowledged, tried }: Evidence): Violation[] {
  const ids = new Map(rows.map((row) => [row._id, row]));
  const lost = acknowledged
    .filter(({ id }) => !ids.has(id))
    .map(
      ({ id, eventId }): Violation => ({
        invariant: "I1",
        event: id,
        what: `${eventId} was answered 2xx and is not in the ledger`,
      }),
    );
  const invented = rows
    .filter((row) => !tried.has(keyOf(row)))
    .map((row): Violation => ({ invariant: "I11", event: row._id, what: "is in the ledger, and nobody handed it in" }));
  return [...lost, ...invented];
}

/** I4: Meta holds nothing the ledger does not know. */
function checkStrangers({ rows, copies, datasetIds }: Evidence): Violation[] {
  const known = new Set(rows.map((row) => copyKey(datasetIds.get(row.accountId), row.eventId, row.testCode)));
  return copies
    .filter((copy) => !known.has(copyKey(copy.datasetId, copy.eventId, copy.testEventCode)))
    .map(
      (copy): Violation => ({
        invariant: "I4",
        event: copy.eventId,
        what: "Meta holds it, and the ledger does not know it",
      }),
    );
}

/** I2, I10: nobody is on the way, no ending was left without a person's wish, nobody sleeps beside a click. */
function checkRest(row: LedgerRow, { conversations }: Evidence): Violation[] {
  const found: Violation[] = [];
  const say = (invariant: Violation["invariant"], what: string) => found.push({ invariant, event: row._id, what });
  if (!isTerminal(row.status) && !RESTING.includes(row.status)) say("I2", `is ${row.status} although all is at rest`);
  const ending = row.attempts.findIndex(({ outcome }) => isTerminal(outcome));
  // Only after an interruption may an answer be noted late, out of order, behind or before another worker's.
  const wasTakenOver = row.attempts.slice(0, ending).some(({ reason }) => reason === "worker_interrupted");
  const next = row.attempts[ending + 1];
  if (ending >= 0 && !wasTakenOver && next !== undefined && next.trigger !== "manual") {
    say(
      "I2",
      `was ${row.attempts[ending]?.outcome} after attempt ${ending + 1}, and was tried again without a redrive`,
    );
  }
  const last = row.attempts.at(-1);
  if (last !== undefined && last.outcome === "delivered" && row.status !== "delivered") {
    say("I2", `attempt ${row.attempts.length} delivered it, and it is ${row.status}`);
  }
  if (sleepsBesideAClick(row, conversations)) say("I10", "still waits although its click is stored");
  return found;
}

/** I3, I4: delivered means Meta has it, as it was sent; further copies are those that were marked. */
function checkCopies(row: LedgerRow, copies: readonly OracleCopy[]): Violation[] {
  const found: Violation[] = [];
  const resolved = row.attempts.at(-1)?.outcome === "outcome_unknown" && row.status === "delivered";
  if (row.status === "delivered" && !resolved && !copies.some((copy) => matches(row, copy))) {
    const what =
      copies.length === 0 ? "is delivered, and Meta does not hold it" : "is delivered, and Meta holds another payload";
    found.push({ invariant: "I3", event: row._id, what });
  }
  const clean = row.attempts.filter(({ outcome }) => outcome === "delivered").length;
  const marked = row.attempts.filter(({ mayHaveArrived }) => mayHaveArrived).length;
  if (copies.length > Math.min(clean, 1) + marked) {
    const what = `Meta holds ${copies.length}, the ledger accounts for ${Math.min(clean, 1)} delivered and ${marked} that may have arrived`;
    found.push({ invariant: "I4", event: row._id, what });
  }
  return found;
}

function matches(row: LedgerRow, { event, eventName }: OracleCopy): boolean {
  return (
    eventName === row.eventName &&
    event.event_time === Math.floor(row.eventTime.getTime() / 1_000) &&
    event.user_data.ctwa_clid === row.click?.ctwaClid &&
    (event.custom_data?.value ?? null) === row.details.value &&
    (event.custom_data?.currency ?? null) === row.details.currency
  );
}

/** I5: nothing leaves outside Meta's window, nor after the end. */
function checkTimes(row: LedgerRow, copies: readonly OracleCopy[]): Violation[] {
  const found: Violation[] = [];
  for (const { receivedAt, event } of copies) {
    const at = Date.parse(receivedAt);
    if (at - event.event_time * 1_000 > SEVEN_DAYS_MS) {
      found.push({
        invariant: "I5",
        event: row._id,
        what: `left at ${receivedAt}, more than 7 days after it happened`,
      });
    }
    if (isTerminal(row.status) && row.endedAt !== null && at > row.endedAt.getTime() + CLOCK_GRAIN_MS) {
      found.push({
        invariant: "I5",
        event: row._id,
        what: `left at ${receivedAt}, after it had ended as ${row.status}`,
      });
    }
  }
  return found;
}

/** I2: an ending that a worker reported is in the ledger, whatever happened to the worker's lease meanwhile. */
function checkLoggedOutcomes({ rows, logs }: Evidence): Violation[] {
  const byId = new Map(rows.map((row) => [row._id, row]));
  const found: Violation[] = [];
  for (const { text } of logs) {
    for (const line of text.split("\n")) {
      if (!line.includes('"delivery.attempted"') || !line.includes('"status":"delivered"')) continue;
      const { event } = JSON.parse(line) as { event: string };
      const row = byId.get(event);
      if (row !== undefined && !row.attempts.some(({ outcome }) => outcome === "delivered")) {
        found.push({
          invariant: "I2",
          event,
          what: "a worker reported it delivered, and the ledger holds no such attempt",
        });
      }
    }
  }
  return found;
}

/** I11: no process counts more than there is. Each counts since its own start, so less is no contradiction. */
function checkMetrics({ rows, metrics }: Evidence): Violation[] {
  return metrics.flatMap(({ where, text }) => {
    const accepted = metricTotal(text, "capi_relay_events_accepted_total");
    const what = `${where} say that ${accepted} were accepted, and the ledger holds ${rows.length}`;
    return accepted > rows.length ? [{ invariant: "I11" as const, event: null, what }] : [];
  });
}

function copiesByEvent(copies: readonly OracleCopy[]): Map<string, OracleCopy[]> {
  const byEvent = new Map<string, OracleCopy[]>();
  for (const copy of copies) {
    const key = copyKey(copy.datasetId, copy.eventId, copy.testEventCode);
    const list = byEvent.get(key);
    if (list === undefined) byEvent.set(key, [copy]);
    else list.push(copy);
  }
  return byEvent;
}

function copyKey(datasetId: string | null | undefined, eventId: string | null, testCode: string | null): string {
  return `${datasetId}/${eventId}/${testCode === null ? "real" : "test"}`;
}
