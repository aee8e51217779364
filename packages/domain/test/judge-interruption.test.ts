import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attempt, outcomeOfInterruption, type UnknownOutcomePolicy } from "../src/index.ts";
import { after, anAttempt, anEvent, DAY, NOON, SECOND } from "./an-event.ts";

const MAYBE = anAttempt({ reason: "worker_interrupted", mayHaveArrived: true });
const HARMLESS = anAttempt({ reason: "worker_interrupted", mayHaveArrived: false });

interface Circumstances {
  readonly starts?: number;
  readonly mayHaveArrived?: boolean;
  readonly attempts?: Attempt[];
  readonly unknownOutcome?: UnknownOutcomePolicy;
  readonly expiresAt?: Date;
  readonly eventName?: string;
}

function interrupted({ starts = 1, mayHaveArrived = true, unknownOutcome = "resend", ...event }: Circumstances = {}) {
  return outcomeOfInterruption({ starts, mayHaveArrived }, anEvent(event), { unknownOutcome }, NOON, 0.5, 1);
}

const AGAIN = { status: "retry_scheduled", reason: "worker_interrupted" };
const UNKNOWN = { status: "outcome_unknown", reason: "worker_interrupted" };
const QUARANTINED = { status: "failed", reason: "quarantined" };

describe("an event whose worker died", () => {
  test("goes again after the usual pause", () => {
    expect(interrupted()).toEqual({ ...AGAIN, dueAt: after(5 * SECOND) });
  });

  test("may have arrived, so it goes again twice at most, and then a person decides", () => {
    expect(interrupted({ attempts: [MAYBE] })).toMatchObject(AGAIN);
    expect(interrupted({ attempts: [MAYBE, MAYBE] })).toEqual(UNKNOWN);
    expect(interrupted({ attempts: [MAYBE, MAYBE], mayHaveArrived: false })).toMatchObject(AGAIN);
  });

  test("waits for a person where its name is to be held, and only that name", () => {
    const unknownOutcome = { Purchase: "hold" } as const;
    expect(interrupted({ unknownOutcome, eventName: "Purchase" })).toEqual(UNKNOWN);
    expect(interrupted({ unknownOutcome, eventName: "LeadSubmitted" })).toMatchObject(AGAIN);
    expect(interrupted({ unknownOutcome: "hold", mayHaveArrived: false })).toMatchObject(AGAIN);
  });

  test("is set aside after two unfinished starts beside others and three alone", () => {
    for (const starts of [1, 2, 3, 4]) expect(interrupted({ starts, mayHaveArrived: false })).toMatchObject(AGAIN);
    expect(interrupted({ starts: 5, mayHaveArrived: false })).toEqual(QUARANTINED);
  });

  test("is not sent again past Meta's limit", () => {
    const expiresAt = after(SECOND);
    expect(interrupted({ expiresAt })).toEqual(UNKNOWN);
    expect(interrupted({ expiresAt, mayHaveArrived: false })).toEqual({
      status: "expired",
      reason: "event_time_window_passed",
    });
    expect(interrupted({ expiresAt, mayHaveArrived: false, attempts: [HARMLESS] })).toEqual({
      status: "failed",
      reason: "retries_exhausted",
    });
  });

  test("has nothing more to lose when a late answer said that Meta has it", () => {
    const attempts = [anAttempt({ outcome: "delivered" })];
    expect(interrupted({ attempts, starts: 5 })).toEqual({ status: "delivered", reason: null });
  });
});

test("whatever happened before, an event that may have arrived leaves again at most twice, and never too late", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: -60, max: 7 * 86_400 }),
      (crashes, secondsLeft) => {
        const expiresAt = after(secondsLeft * SECOND);
        let attempts: Attempt[] = [];
        for (const [index, mayHaveArrived] of crashes.entries()) {
          const outcome = interrupted({ starts: index + 1, mayHaveArrived, attempts, expiresAt });
          attempts = [...attempts, mayHaveArrived ? MAYBE : HARMLESS];
          if (outcome.status !== "retry_scheduled") return;
          expect(outcome.dueAt.getTime()).toBeLessThan(expiresAt.getTime());
          expect(attempts.filter((one) => one.mayHaveArrived).length).toBeLessThanOrEqual(2);
          expect(index + 1).toBeLessThan(5);
        }
      },
    ),
  );
});

test("nobody waits longer than half a day for the next try", () => {
  const { dueAt } = interrupted({ starts: 4, mayHaveArrived: false }) as { dueAt: Date };
  expect(dueAt.getTime() - NOON.getTime()).toBeLessThan(DAY / 2);
});
