import fc from "fast-check";
import { expect, test } from "vitest";
import { lingerFor } from "../src/linger.ts";

test("behind one request others wait as long as the setting says, behind more of them longer", () => {
  expect([1, 2, 3].map((inFlight) => lingerFor(10, inFlight))).toEqual([10, 40, 90]);
});

test("nobody waits longer than ten times the setting, however many requests are on their way, and without one not at all", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 1_000 }), (lingerMs, inFlight) => {
      const wait = lingerFor(lingerMs, inFlight);
      expect(wait).toBeLessThanOrEqual(lingerMs * 10);
      expect(wait).toBeGreaterThanOrEqual(lingerMs);
      expect(lingerFor(lingerMs, inFlight + 1)).toBeGreaterThanOrEqual(wait);
    }),
  );
});
