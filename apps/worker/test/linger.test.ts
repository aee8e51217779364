import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LingerSituation, lingerFor } from "../src/linger.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Nothing comes, nothing has come back, and the worker gets everything done. */
const waitOf = (situation: Partial<LingerSituation>) =>
  lingerFor({ lingerMs: 10, inFlight: 0, fillsInMs: NEVER, quietForMs: NEVER, isBehind: false, ...situation });

test("behind one request others wait as long as the setting says, behind more of them longer", () => {
  expect([1, 2, 3].map((inFlight) => waitOf({ inFlight }))).toEqual([10, 40, 90]);
});

test("a request that fills up soon is waited for, and one that takes longer is not", () => {
  expect([500, 501].map((fillsInMs) => waitOf({ inFlight: 1, fillsInMs }))).toEqual([500, 10]);
});

test("also between two requests that follow each other, and not once it has become quiet", () => {
  expect([
    waitOf({ fillsInMs: 500, quietForMs: 500 }),
    waitOf({ fillsInMs: 501, quietForMs: 500 }),
    waitOf({ fillsInMs: 500, quietForMs: 501 }),
  ]).toEqual([500, 0, 0]);
});

test("while the worker is behind, all wait that long", () => {
  expect([0, 1, 16].map((inFlight) => waitOf({ lingerMs: 2, inFlight, isBehind: true }))).toEqual([100, 100, 100]);
});

describe("whatever the situation", () => {
  const times = fc.double({ min: 0, noNaN: true });
  const situations = fc.record<LingerSituation>({
    lingerMs: fc.nat(1_000),
    inFlight: fc.nat(1_000),
    fillsInMs: times,
    quietForMs: times,
    isBehind: fc.boolean(),
  });
  /** Fifty times the setting, cut off at half a second. */
  const patienceOf = (lingerMs: number) => Math.min(lingerMs * 50, 500);

  test("nobody waits longer than ten times the setting, or fifty times within half a second; some wait as long", () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const longest = Math.max(situation.lingerMs * 10, patienceOf(situation.lingerMs));
        expect(lingerFor(situation)).toBeLessThanOrEqual(longest);
        for (const busiest of [{ isBehind: true }, { fillsInMs: 0 }])
          expect(lingerFor({ ...situation, inFlight: 4, ...busiest })).toBe(longest);
      }),
    );
  });

  test("behind others all wait at least the setting, longer behind more of them and while the worker is behind", () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const wait = lingerFor(situation);
        const { lingerMs, inFlight } = situation;
        if (inFlight > 0) expect(wait).toBeGreaterThanOrEqual(lingerMs);
        expect(lingerFor({ ...situation, inFlight: inFlight + 1 })).toBeGreaterThanOrEqual(wait);
        const whileBehind = lingerFor({ ...situation, isBehind: true });
        expect(whileBehind).toBeGreaterThanOrEqual(Math.max(wait, patienceOf(lingerMs)));
      }),
    );
  });

  test("nobody waits where it is quiet, unless the worker is behind", () => {
    fc.assert(
      fc.property(situations, (situation) => {
        expect(lingerFor({ ...situation, inFlight: 0, quietForMs: NEVER, isBehind: false })).toBe(0);
      }),
    );
  });
});
