import fc from "fast-check";
import { expect, test } from "vitest";
import { ArrivalPace } from "../src/arrival-pace.ts";

test("a steady stream is foretold: so many take as long as they took before", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 20, noNaN: true }), (everyMs) => {
      const pace = new ArrivalPace();
      let at = 1_000;
      for (; at < 5_000; at += everyMs) pace.came(at);
      const foretold = pace.timeFor(100, at) / (100 * everyMs);
      expect(foretold).toBeGreaterThan(0.9);
      expect(foretold).toBeLessThan(1.1);
    }),
  );
});

test("a burst is forgotten within a second, and of nothing nothing is expected", () => {
  const pace = new ArrivalPace();
  expect(pace.timeFor(1, 1_000)).toBe(Number.POSITIVE_INFINITY);
  for (let count = 0; count < 100; count += 1) pace.came(1_000);
  expect(pace.timeFor(100, 1_000)).toBeLessThan(300);
  expect(pace.timeFor(100, 2_000)).toBeGreaterThan(10_000);
});
