import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryDelayMs, throttleDelayMs } from "../src/index.ts";
import { HOUR, MINUTE, SECOND } from "./an-event.ts";

const MIDDLE = 0.5;

describe("the backoff", () => {
  test.each([
    [1, 5 * SECOND],
    [2, 30 * SECOND],
    [3, 2 * MINUTE],
    [4, 10 * MINUTE],
    [5, 30 * MINUTE],
    [6, HOUR],
    [7, 2 * HOUR],
    [8, 4 * HOUR],
    [9, 8 * HOUR],
    [10, 12 * HOUR],
    [11, 12 * HOUR],
    [1000, 12 * HOUR],
    [0, 5 * SECOND],
  ])("after %s tries: %s ms", (spentAttempts, delayMs) => {
    expect(retryDelayMs(spentAttempts, MIDDLE)).toBe(delayMs);
  });

  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("stays within 20 % of the median", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), chance, (spentAttempts, jitter) => {
        const median = retryDelayMs(spentAttempts, MIDDLE);
        const delay = retryDelayMs(spentAttempts, jitter);
        expect(delay).toBeGreaterThanOrEqual(0.8 * median);
        expect(delay).toBeLessThanOrEqual(1.2 * median);
      }),
    );
  });

  test("never shrinks as tries are spent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), chance, (spentAttempts, jitter) => {
        expect(retryDelayMs(spentAttempts + 1, jitter)).toBeGreaterThanOrEqual(retryDelayMs(spentAttempts, jitter));
      }),
    );
  });

  test("is shortened alike by the scale", () => {
    expect(retryDelayMs(6, MIDDLE, 0.001)).toBe(3600);
  });
});

describe("throttling", () => {
  test.each([
    [1, 5],
    [2, 10],
    [3, 20],
    [4, 40],
    [5, 60],
    [6, 60],
    [5000, 60],
  ])("the %sth time in a row without a word from Meta: %s minutes", (consecutive, minutes) => {
    expect(throttleDelayMs(consecutive, null)).toBe(minutes * MINUTE);
  });

  test("Meta's own time wins and is never scaled", () => {
    expect(throttleDelayMs(9, 7000, 0.001)).toBe(7000);
    expect(throttleDelayMs(1, 3 * HOUR)).toBe(3 * HOUR);
  });

  test("a short time of Meta's is no licence to try without end: within a week fewer than 250 tries", () => {
    expect([1, 2, 3].map((consecutive) => throttleDelayMs(consecutive, 1))).toEqual([5_000, 10_000, 20_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), (waitMs) => {
        let [waited, tries] = [0, 0];
        while (waited < 7 * 24 * HOUR) waited += throttleDelayMs(++tries, waitMs);
        expect(tries).toBeLessThan(250);
      }),
    );
  });

  test("never less than Meta's own time", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.integer({ min: 1, max: 90 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (waitMs, consecutive, scale) => {
          expect(throttleDelayMs(consecutive, waitMs, scale)).toBeGreaterThanOrEqual(waitMs);
        },
      ),
    );
  });

  test("a time of zero is none", () => {
    expect(throttleDelayMs(1, 0)).toBe(5 * MINUTE);
  });
});
