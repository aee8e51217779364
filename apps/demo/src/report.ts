import { styleText } from "node:util";
import type { Mismatch } from "./mismatch.ts";
import type { Tally, TallyRow } from "./tally.ts";

const NAMED_MISMATCHES = 20;
const RULE = "─".repeat(78);
const WIDTH = 78;

/** What the demo shows at the end; fits 80 columns. */
export function report(tally: Tally, seconds: number, stream: NodeJS.WriteStream): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { stream });
  const { accepted, duplicates, conflicts, invalid, meta, rows, mismatches } = tally;
  const totals = { status: "together", reason: null, ...sums(rows) };
  return [
    "",
    paint("dim", RULE),
    paint("bold", tableLine("how it ended", "why", "events", "foretold", "at Meta")),
    paint("dim", RULE),
    ...rows.map((row) => paint(row.events === row.foretold ? [] : "red", rowLine(row))),
    paint("dim", RULE),
    paint("bold", rowLine(totals)),
    "",
    ` Posted: ${accepted + invalid} distinct conversions, ${duplicates + conflicts} repeats of them.`,
    ` At the door: ${accepted} taken in, ${duplicates} known already, ${conflicts} in conflict, ${invalid} refused.`,
    ` Meta's own log: ${meta.received} received, ${meta.duplicates} of them more than once.`,
    "",
    ...verdict(mismatches, seconds, (good, text) => paint(good ? "green" : "red", text)),
  ].join("\n");
}

/** The last line of `--json`. */
export function jsonReport(tally: Tally, seconds: number): string {
  const { rows: _rows, mismatches, ...figures } = tally;
  return JSON.stringify({ ...figures, mismatches: mismatches.length, seconds: Math.round(seconds * 10) / 10 });
}

/** Names what did not come as foretold; empty when all did. */
function mismatchLines(mismatches: readonly Mismatch[]): string[] {
  const named = mismatches.slice(0, NAMED_MISMATCHES).flatMap(({ eventId, foretold, got }) => {
    const oneLine = `   ${eventId}: foretold ${foretold}, got ${got}`;
    return oneLine.length <= WIDTH ? [oneLine] : [`   ${eventId}:`, `     foretold ${foretold}`, `     got ${got}`];
  });
  const more = mismatches.length - NAMED_MISMATCHES;
  return more > 0 ? [...named, `   … and ${more} more`] : named;
}

function verdict(
  mismatches: readonly Mismatch[],
  seconds: number,
  paint: (good: boolean, text: string) => string,
): string[] {
  const took = `(${seconds.toFixed(1)} s)`;
  if (mismatches.length > 0) {
    return [paint(false, ` ✘ ${mismatches.length} did not come as foretold ${took}:`), ...mismatchLines(mismatches)];
  }
  return [
    paint(true, ` ✔ Every event ended as its scenario foretold ${took}.`),
    paint(true, " ✔ Meta has each of them that was delivered once, with its click, and no other."),
  ];
}

function sums(rows: readonly TallyRow[]): Pick<TallyRow, "events" | "foretold" | "atMeta"> {
  const sum = (pick: (row: TallyRow) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return { events: sum((row) => row.events), foretold: sum((row) => row.foretold), atMeta: sum((row) => row.atMeta) };
}

const rowLine = ({ status, reason, events, foretold, atMeta }: TallyRow) =>
  tableLine(status, reason ?? "", String(events), String(foretold), String(atMeta));

function tableLine(status: string, why: string, ...figures: readonly string[]): string {
  return ` ${status.padEnd(15)} ${why.padEnd(28)} ${figures.map((figure) => figure.padStart(9)).join(" ")}`;
}
