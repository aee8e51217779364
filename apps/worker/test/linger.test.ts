import fc from "fast-check";
import { expect, test } from "vitest";
import { lingerFor } from "../src/linger.ts";

const NEVER = Number.POSITIVE_INFINITY;

test("behind one request others wait as long as the setting says, behind more of them longer", () => {
  expect([1, 2, 3].map((inFlight) => lingerFor(10, inFlight, NEVER))).toEqual([10, 40, 90]);
});

test("a request that fills up soon is waited for, and one that takes longer is not", () => {
  expect([lingerFor(10, 1, 300), lingerFor(10, 1, 301)]).toEqual([300, 10]);
});

test("nobody waits longer than thirty times the setting, and nobody at all behind no request", () => {
  const counts = fc.integer({ min: 1, max: 1_000 });
  fc.assert(
    fc.property(counts, counts, fc.double({ min: 0, noNaN: true }), (lingerMs, inFlight, fillsInMs) => {
      const wait = lingerFor(lingerMs, inFlight, fillsInMs);
      expect(wait).toBeLessThanOrEqual(Math.max(lingerMs * 10, Math.min(lingerMs * 30, 500)));
      expect(wait).toBeGreaterThanOrEqual(lingerMs);
      expect(lingerFor(lingerMs, inFlight + 1, fillsInMs)).toBeGreaterThanOrEqual(wait);
      expect(lingerFor(lingerMs, 0, fillsInMs)).toBe(0);
    }),
  );
});
