import fc from "fast-check";
import { expect, test } from "vitest";
import { ReturnSchedule } from "../src/return-schedule.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const LATER = new Date("2026-11-27T12:00:00Z");
const PAUSE_MS = 30_000;

test("nobody comes back before the pause is over, and at most 500 of an account come back in any second", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 2_000 }), (arrivals) => {
      const schedule = new ReturnSchedule(PAUSE_MS);
      let clock = NOW.getTime();
      const returns = arrivals.map((wait) => {
        clock += wait % 7 === 0 ? wait : 0;
        const at = schedule.next({ accountId: "one", expiresAt: LATER }, new Date(clock)).getTime();
        expect(at).toBeGreaterThanOrEqual(clock + PAUSE_MS);
        return at;
      });
      for (const [index, at] of returns.entries()) {
        const within = returns.slice(index).filter((other) => other - at < 1_000).length;
        expect(within).toBeLessThanOrEqual(501);
      }
    }),
    { numRuns: 20 },
  );
});

test("accounts do not stand in each other's way", () => {
  const schedule = new ReturnSchedule(PAUSE_MS);
  for (let count = 0; count < 10_000; count += 1) schedule.next({ accountId: "large", expiresAt: LATER }, NOW);
  const small = schedule.next({ accountId: "small", expiresAt: LATER }, NOW);
  expect(small.getTime() - NOW.getTime()).toBe(PAUSE_MS);
});

test("an event that expires first is looked at when it does", () => {
  const expiresAt = new Date(NOW.getTime() + 5_000);
  expect(new ReturnSchedule(PAUSE_MS).next({ accountId: "one", expiresAt }, NOW)).toEqual(expiresAt);
});
