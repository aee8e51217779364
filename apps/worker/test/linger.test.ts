import fc from "fast-check";
import { expect, test } from "vitest";
import { lingerFor } from "../src/linger.ts";

const NEVER = Number.POSITIVE_INFINITY;

test("behind one request others wait as long as the setting says, behind more of them longer", () => {
  expect([1, 2, 3].map((inFlight) => lingerFor(10, inFlight, NEVER, NEVER))).toEqual([10, 40, 90]);
});

test("a request that fills up soon is waited for, and one that takes longer is not", () => {
  expect([lingerFor(10, 1, 500, NEVER), lingerFor(10, 1, 501, NEVER)]).toEqual([500, 10]);
});

test("also between two requests that follow each other, and not once it has become quiet", () => {
  expect([lingerFor(10, 0, 500, 500), lingerFor(10, 0, 501, 500), lingerFor(10, 0, 500, 501)]).toEqual([500, 0, 0]);
});

test("while the worker is behind, all wait that long", () => {
  expect([0, 1, 16].map((inFlight) => lingerFor(2, inFlight, NEVER, NEVER, true))).toEqual([100, 100, 100]);
});

test("nobody waits longer than half a second or fifty times the setting, and nobody at all where it is quiet", () => {
  const counts = fc.integer({ min: 1, max: 1_000 });
  const times = fc.double({ min: 0, noNaN: true });
  fc.assert(
    fc.property(counts, fc.nat(1_000), times, times, (lingerMs, inFlight, fillsInMs, quietForMs) => {
      const wait = lingerFor(lingerMs, inFlight, fillsInMs, quietForMs);
      expect(wait).toBeLessThanOrEqual(Math.max(lingerMs * 10, Math.min(lingerMs * 50, 500)));
      expect(lingerFor(lingerMs, inFlight, fillsInMs, quietForMs, true)).toBeGreaterThanOrEqual(wait);
      if (inFlight > 0) expect(wait).toBeGreaterThanOrEqual(lingerMs);
      expect(lingerFor(lingerMs, inFlight + 1, fillsInMs, quietForMs)).toBeGreaterThanOrEqual(wait);
      expect(lingerFor(lingerMs, 0, fillsInMs, NEVER)).toBe(0);
    }),
  );
});
