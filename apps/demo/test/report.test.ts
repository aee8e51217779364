import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { jsonReport, report } from "../src/report.ts";
import { buildScenario } from "../src/scenario.ts";
import { tally } from "../src/tally.ts";
import { asForetold } from "./as-foretold.ts";

const scenario = buildScenario();
/** No terminal: nothing is coloured. */
const pipe = new Writable() as NodeJS.WriteStream;

function badTally() {
  const seen = asForetold(scenario);
  return tally(scenario, { ...seen, stories: new Map() });
}

test("the report fits 80 columns, good news and bad", () => {
  for (const result of [tally(scenario, asForetold(scenario)), badTally()]) {
    const lines = report(result, 123.4, pipe).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});

test("of many mismatches twenty are named, and the rest counted", () => {
  const result = badTally();
  const text = report(result, 10, pipe);
  expect(text).toContain(`✘ ${result.mismatches.length} did not come as foretold`);
  expect(text.match(/its story could not be read/g)).toHaveLength(20);
  expect(text).toContain(`… and ${result.mismatches.length - 20} more`);
});

test("the JSON line has the figures that were promised", () => {
  const figures = JSON.parse(jsonReport(tally(scenario, asForetold(scenario)), 12.34));
  expect(figures).toEqual({
    accepted: 940,
    duplicates: 60,
    conflicts: 25,
    invalid: 60,
    byStatus: { delivered: 845, rejected: 15, skipped: 80 },
    byReason: { meta_invalid_event_type: 15, click_window_expired: 40, no_ctwa_clid: 40 },
    meta: { received: 845, duplicates: 0 },
    mismatches: 0,
    seconds: 12.3,
  });
});

test("the report says how many conversions there were, and how many repeats of them", () => {
  expect(report(tally(scenario, asForetold(scenario)), 1, pipe)).toContain(
    "Posted: 1000 distinct conversions, 85 repeats of them.",
  );
});
