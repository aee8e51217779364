import { expect, test } from "vitest";
import { LineLimit } from "../src/index.ts";

test("the first line of a kind may be written, then one as soon as the quiet is over, with the number of the others", () => {
  const limit = new LineLimit(1_000);
  const told = [5, 5, 600, 1_004.9, 1_005, 1_006, 2_005, 9_000].map((nowMs) => limit.leftOutBefore("away", nowMs));
  expect(told).toEqual([0, null, null, null, 3, null, 1, 0]);
});

test("a line left out does not put off the next one", () => {
  const limit = new LineLimit(1_000);
  const times = Array.from({ length: 100 }, (_, at) => at * 100);
  const written = times.filter((nowMs) => limit.leftOutBefore("away", nowMs) !== null);
  expect(written).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000]);
});

test("every kind is counted for itself, and so is every limit", () => {
  const limit = new LineLimit(1_000);
  limit.leftOutBefore("away", 0);
  limit.leftOutBefore("away", 1);
  expect(limit.leftOutBefore("overloaded", 2)).toBe(0);
  expect(limit.leftOutBefore("away", 1_000)).toBe(1);
  expect(new LineLimit(1_000).leftOutBefore("away", 3)).toBe(0);
});
