import { expect, test } from "vitest";
import { GROWTH_HEADING, growthLine } from "../src/growth/growth-line.ts";
import { median, percentile } from "../src/median.ts";
import { type Figure, meetsGoal, ROW_NAMES } from "../src/table/figure.ts";
import { renderJson, renderTable } from "../src/table/render-table.ts";

const figure = (fields: Partial<Figure>): Figure => ({
  name: "drain_vs_naive",
  ours: 8_000,
  peer: 400,
  ratio: 20,
  ...fields,
});

test("the median is the value in the middle, or between the two in the middle", () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("of a hundred values, 99 do not exceed the 99th percentile", () => {
  const values = Array.from({ length: 100 }, (_, at) => at + 1);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile(values, 0.5)).toBe(50);
  expect(percentile([7], 0.99)).toBe(7);
});

test("a goal is met from its very value on, and missed just before", () => {
  expect(meetsGoal(figure({ ratio: 20 }), false)).toBe(true);
  expect(meetsGoal(figure({ ratio: 19.9 }), false)).toBe(false);
  expect(meetsGoal(figure({ name: "graph_requests_per_1000", ours: 12 }), false)).toBe(true);
  expect(meetsGoal(figure({ name: "graph_requests_per_1000", ours: 12.1 }), false)).toBe(false);
});

test("a latency has to meet both of its goals", () => {
  const latency = figure({ name: "latency_overhead_ms", ours: 40, ratio: null, p99: 150 });
  expect(meetsGoal(latency, false)).toBe(true);
  expect(meetsGoal({ ...latency, p99: 151 }, false)).toBe(false);
  expect(meetsGoal({ ...latency, ours: 41 }, false)).toBe(false);
});

test("a quick run does not judge what needs a large backlog", () => {
  const growth = figure({ name: "backlog_growth", ratio: 0.1 });
  expect(meetsGoal(growth, true)).toBeNull();
  expect(meetsGoal(growth, false)).toBe(false);
  expect(renderTable([growth], true)).toMatch(/backlog_growth.* -$/m);
});

test("a table is at most 80 columns wide, whatever the figures", () => {
  const wide = ROW_NAMES.map((name) =>
    figure({ name, ours: 123_456, peer: 123_456, ratio: 1_000.01, p99: 9_999, oursCpuUs: 99_999, peerCpuUs: 99_999 }),
  );
  const lines = renderTable(wide, false).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.filter((line) => ROW_NAMES.some((name) => line.startsWith(`${name} `)))).toHaveLength(ROW_NAMES.length);
});

test("the lines about growth stand under their heading, within 80 columns, whatever the figures", () => {
  const cpuUs = { worker: 12_345, redis: 1_234, mongo: 12_345 };
  const what = "META_BATCH_MAX_EVENTS=1000";
  const line = growthLine({ what, perSecond: 12_345, cpuUs, requests: 1_000, memoryMb: 1_234 });
  const heading = GROWTH_HEADING.split("\n").at(-1) ?? "";
  expect(line.length).toBe(heading.length);
  expect(line.length).toBeLessThanOrEqual(80);
  expect(line.split(/ +/)).toEqual([what, "12345", "12345", "1234", "12345", "1000", "1234"]);
});

test("the figures for machines are one line by name", () => {
  const line = renderJson([
    figure({}),
    figure({ name: "latency_overhead_ms", ours: 31, peer: 0, ratio: null, p99: 90 }),
  ]);
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toEqual({
    drain_vs_naive: { ours: 8_000, peer: 400, ratio: 20 },
    latency_overhead_ms: { ours: 31, peer: 0, ratio: null, p99: 90 },
  });
});
