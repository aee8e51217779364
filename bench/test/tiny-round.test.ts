import { expect, test } from "vitest";
import { ROW_NAMES } from "../src/table/figure.ts";
import { renderJson, renderTable } from "../src/table/render-table.ts";
import { runBench } from "../src/table/run-bench.ts";
import { TINY } from "../src/table/sizes.ts";

// Nothing here judges a time: the machine that runs the tests is busy with them.
test("a tiny round measures every row with the real processes, and loses no event", { timeout: 180_000 }, async () => {
  const figures = await runBench(TINY, ROW_NAMES, () => undefined);
  expect(figures.map(({ name }) => name).toSorted()).toEqual(ROW_NAMES.toSorted());
  for (const { name, ours, peer, ratio } of figures) {
    expect(ours, name).toSatisfy(Number.isFinite);
    expect(peer, name).toSatisfy(Number.isFinite);
    if (name === "latency_overhead_ms") expect(ratio).toBeNull();
    else expect(ratio, name).toBeGreaterThan(0);
  }
  const lines = renderTable(figures, true).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(Object.keys(JSON.parse(renderJson(figures))).toSorted()).toEqual(ROW_NAMES.toSorted());
});
