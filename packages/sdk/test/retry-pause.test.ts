import fc from "fast-check";
import { expect, test } from "vitest";
import { CapiRelayError, RelayUnreachable } from "../src/errors.ts";
import type { TryFailure } from "../src/one-try.ts";
import { readRetryAfter } from "../src/retry-after.ts";
import { retryPause } from "../src/retry-pause.ts";

const chance = fc.double({ min: 0, max: 1, noNaN: true });
const broken: TryFailure = { kind: "unreachable", error: new RelayUnreachable("network", true), retryAfterMs: null };
const refused = (status: number, retryAfterMs: number | null): TryFailure => ({
  kind: "refused",
  retryAfterMs,
  error: new CapiRelayError("Later.", {
    ...{ status, type: "platform_error", code: "overloaded", param: null, details: [] },
    ...{ requestId: null, docUrl: null, retryable: true },
  }),
});

test("without a word of the server's the pause is anywhere up to a step that doubles, and never above 10 seconds", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), chance, (tries, luck) => {
      const state = { tries, retries: 100, remainingMs: Number.POSITIVE_INFINITY, repeatable: true, chance: luck };
      const pause = retryPause(broken, state);
      const step = Math.min(10_000, 250 * 2 ** (tries - 1));
      expect(pause).toBe(Math.ceil(luck * step));
    }),
  );
});

test("nobody comes back before the server said, or after the deadline", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      chance,
      (asked, left, luck) => {
        const state = { tries: 1, retries: 1, remainingMs: left, repeatable: true, chance: luck };
        const pause = retryPause(refused(503, asked), state);
        if (pause === null) expect(asked * 1.1 + 1).toBeGreaterThanOrEqual(left);
        else {
          expect(pause).toBeGreaterThanOrEqual(asked);
          expect(pause).toBeLessThan(left);
        }
      },
    ),
  );
});

test("what may not be repeated is tried again only if it cannot have happened", () => {
  const once = { tries: 1, retries: 9, remainingMs: 60_000, repeatable: false, chance: 0.5 };
  const unmade: TryFailure = {
    ...broken,
    kind: "unreachable",
    error: new RelayUnreachable("network", false),
    retryAfterMs: null,
  };
  expect(retryPause(unmade, once)).toBe(125);
  expect(retryPause(refused(429, null), once)).toBe(125);
  expect(retryPause(broken, once)).toBeNull();
  expect(retryPause(refused(503, null), once)).toBeNull();
});

test.each([
  ["7", 7_000],
  [" 0 ", 0],
  ["Sun, 22 Nov 2026 12:00:09 GMT", 9_000],
  ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
  ["-3", null],
  ["1.5", null],
  ["soon", null],
  ["", null],
  [null, null],
])("Retry-After %j is %j milliseconds", (header, expected) => {
  expect(readRetryAfter(header, Date.parse("2026-11-22T12:00:00Z"))).toBe(expected);
});
