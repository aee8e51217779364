import fc from "fast-check";
import { expect, test } from "vitest";
import { type TimingSettings, timingsOf } from "../src/timings.ts";

const IN_EARNEST: TimingSettings = { META_TIMEOUT_MS: 10_000, DELAY_SCALE: 1, LEASE_SCALE: 1 };

test("in earnest a silent worker is noticed after a minute, and sweeps are a quarter of one apart", () => {
  expect(timingsOf(IN_EARNEST)).toEqual({
    requestMs: 10_000,
    shutdownGraceMs: 25_000,
    leaseMs: 60_000,
    lockMs: 60_000,
    overdueMs: 60_000,
    probeMs: 20_000,
    probingPauseMs: 30_000,
    sweepEveryMs: 15_000,
    countEveryMs: 15_000,
  });
});

test("one scale shortens pauses, the other leases, and neither what the other does", () => {
  const { leaseMs, lockMs, overdueMs, probingPauseMs, sweepEveryMs, countEveryMs } = timingsOf(IN_EARNEST);
  const hasty = timingsOf({ ...IN_EARNEST, DELAY_SCALE: 0.1 });
  expect(hasty).toMatchObject({ leaseMs, lockMs, overdueMs });
  expect(hasty).toMatchObject({ probingPauseMs: 3_000, sweepEveryMs: 1_500, countEveryMs: 1_500 });
  const watchful = timingsOf({ ...IN_EARNEST, LEASE_SCALE: 0.5 });
  expect(watchful).toMatchObject({ leaseMs: 30_000, lockMs: 30_000, overdueMs: 30_000 });
  expect(watchful).toMatchObject({ probingPauseMs, sweepEveryMs, countEveryMs });
});

test("whatever the settings, what guards a request outlasts it, and the database is left alone between sweeps", () => {
  const scale = fc.integer({ min: 1, max: 10_000 }).map((tenThousandths) => tenThousandths / 10_000);
  const settings = fc.record<TimingSettings>({
    META_TIMEOUT_MS: fc.integer({ min: 500, max: 30_000 }),
    DELAY_SCALE: scale,
    LEASE_SCALE: scale,
  });
  fc.assert(
    fc.property(settings, (chosen) => {
      const { requestMs, lockMs, probeMs, shutdownGraceMs, sweepEveryMs, countEveryMs } = timingsOf(chosen);
      expect(lockMs).toBeGreaterThanOrEqual(requestMs * 3);
      expect(probeMs).toBeGreaterThan(requestMs);
      expect(shutdownGraceMs).toBeGreaterThan(requestMs);
      expect([sweepEveryMs >= 500, countEveryMs >= 1_000]).toEqual([true, true]);
    }),
  );
});
