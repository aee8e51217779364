import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Attempt,
  type GraphVerdict,
  lostToTheDeadline,
  outcomeOf,
  outcomeOfNeighbour,
  retryDelayMs,
} from "../src/index.ts";
import { after, anAttempt, anEvent, DAY, HOUR, MINUTE, NOON, SECOND } from "./an-event.ts";

const RETRY: GraphVerdict = { kind: "retry", reason: "meta_unavailable", capped: false, waitMs: null };
const CAPPED: GraphVerdict = { kind: "retry", reason: "meta_unknown_error", capped: true, waitMs: null };
const THROTTLE: GraphVerdict = { kind: "throttle", waitMs: null };
const AMBIGUOUS: GraphVerdict = { kind: "ambiguous", cause: "timeout" };

const UNKNOWN_ERROR = anAttempt({ reason: "meta_unknown_error", code: 1 });
const THROTTLED = anAttempt({ reason: "meta_throttled", spent: false });
const MAYBE = anAttempt({ reason: "no_clear_answer", mayHaveArrived: true });
const FAILED = anAttempt({ outcome: "failed", reason: "meta_unknown_error" });

interface Circumstances {
  attempts?: Attempt[];
  expiresAt?: Date;
  unknownOutcome?: "resend" | "hold";
}

function settle(verdict: GraphVerdict, circumstances: Circumstances = {}) {
  const { unknownOutcome = "resend", ...event } = circumstances;
  return outcomeOf(verdict, anEvent(event), { unknownOutcome }, NOON, 0.5, 1);
}

const times = (count: number, attempt: Attempt) => Array.from({ length: count }, () => attempt);

describe("endings", () => {
  test.each([
    [{ kind: "delivered" }, { status: "delivered", reason: null }, true, false],
    [{ kind: "counted_none" }, { status: "rejected", reason: "meta_counted_none" }, true, false],
    [{ kind: "counted_partly" }, { status: "outcome_unknown", reason: "meta_partial_count" }, true, true],
    [
      { kind: "reject", reason: "meta_click_unknown", switchesNameOff: false },
      { status: "rejected", reason: "meta_click_unknown" },
      true,
      false,
    ],
    [{ kind: "expire" }, { status: "expired", reason: "event_time_window_passed" }, true, false],
    [{ kind: "skip" }, { status: "skipped", reason: "no_ctwa_clid" }, true, false],
    [{ kind: "pause", reason: "meta_token_invalid" }, { status: "held", reason: "meta_token_invalid" }, false, false],
  ] as const)("%j", (verdict, outcome, spent, mayHaveArrived) => {
    expect(settle(verdict)).toEqual({ outcome, spent, mayHaveArrived });
  });
});

describe("a retry", () => {
  test("is due after the backoff and spends an attempt", () => {
    expect(settle(RETRY)).toEqual({
      outcome: { status: "retry_scheduled", reason: "meta_unavailable", dueAt: after(5 * SECOND) },
      spent: true,
      mayHaveArrived: false,
    });
  });

  test("waits by the attempts spent, not by those that were free", () => {
    const attempts = [anAttempt(), THROTTLED, THROTTLED, anAttempt()];
    expect(settle(RETRY, { attempts }).outcome).toMatchObject({ dueAt: after(2 * MINUTE) });
  });

  test("waits longer when Meta asks for longer, never shorter", () => {
    expect(settle({ ...RETRY, waitMs: HOUR }).outcome).toMatchObject({ dueAt: after(HOUR) });
    expect(settle({ ...RETRY, waitMs: 1 }).outcome).toMatchObject({ dueAt: after(5 * SECOND) });
  });

  test("in the last minute that would come at or after the deadline ends the event", () => {
    const exhausted = { status: "failed", reason: "retries_exhausted" };
    expect(settle(RETRY, { expiresAt: after(5 * SECOND) }).outcome).toEqual(exhausted);
    expect(settle(RETRY, { expiresAt: after(5 * SECOND + 1) }).outcome).toMatchObject({ status: "retry_scheduled" });
    expect(settle({ ...RETRY, waitMs: 8 * DAY }, { expiresAt: after(MINUTE) }).outcome).toEqual(exhausted);
  });

  test("that would come too late is made a minute before the deadline, whatever Meta asked for", () => {
    const lastTry = { status: "retry_scheduled", dueAt: after(19 * MINUTE) };
    for (const verdict of [RETRY, { ...RETRY, waitMs: DAY }, { ...THROTTLE, waitMs: DAY }])
      expect(settle(verdict, { attempts: times(9, anAttempt()), expiresAt: after(20 * MINUTE) }).outcome).toMatchObject(
        lastTry,
      );
  });

  test("starts afresh after a redrive", () => {
    expect(settle(RETRY, { attempts: [...times(8, anAttempt()), FAILED] }).outcome).toMatchObject({
      dueAt: after(5 * SECOND),
    });
  });
});

describe("an unknown error", () => {
  test.each([
    [3, "retry_scheduled"],
    [4, "failed"],
    [5, "failed"],
  ])("after %s earlier ones: %s", (count, status) => {
    expect(settle(CAPPED, { attempts: times(count, UNKNOWN_ERROR) }).outcome).toMatchObject({
      status,
      reason: "meta_unknown_error",
    });
  });

  test("has five tries of its own, whatever else failed, and five more after a redrive", () => {
    expect(settle(CAPPED, { attempts: times(6, anAttempt()) }).outcome).toMatchObject({ status: "retry_scheduled" });
    const redriven = [...times(4, UNKNOWN_ERROR), FAILED, ...times(3, UNKNOWN_ERROR)];
    expect(settle(CAPPED, { attempts: redriven }).outcome).toMatchObject({ status: "retry_scheduled" });
    expect(settle(CAPPED, { attempts: [...redriven, UNKNOWN_ERROR] }).outcome).toMatchObject({ status: "failed" });
  });
});

describe("a throttle", () => {
  test("spends no attempt and waits 5 minutes", () => {
    expect(settle(THROTTLE)).toEqual({
      outcome: { status: "retry_scheduled", reason: "meta_throttled", dueAt: after(5 * MINUTE) },
      spent: false,
      mayHaveArrived: false,
    });
  });

  test("waits longer each time in a row, and starts over after anything else", () => {
    expect(settle(THROTTLE, { attempts: times(2, THROTTLED) }).outcome).toMatchObject({ dueAt: after(20 * MINUTE) });
    expect(settle(THROTTLE, { attempts: [THROTTLED, anAttempt(), THROTTLED] }).outcome).toMatchObject({
      dueAt: after(10 * MINUTE),
    });
    expect(settle(THROTTLE, { attempts: [THROTTLED, anAttempt()] }).outcome).toMatchObject({
      dueAt: after(5 * MINUTE),
    });
  });

  test("that lasts longer than the event may has failed it, since it was tried", () => {
    const late = { expiresAt: after(MINUTE) };
    const failed = { status: "failed", reason: "retries_exhausted" };
    expect(settle(THROTTLE, late).outcome).toEqual(failed);
    expect(settle(THROTTLE, { ...late, attempts: [THROTTLED] }).outcome).toEqual(failed);
    expect(lostToTheDeadline({ attempts: [THROTTLED] })).toEqual(failed);
    expect(lostToTheDeadline({ attempts: [] })).toEqual({ status: "expired", reason: "event_time_window_passed" });
  });
});

describe("a neighbour of a refused event", () => {
  const NEIGHBOUR = anAttempt({ reason: "neighbour_rejected", spent: false });

  test("spends no attempt and goes again after a second", () => {
    expect(outcomeOfNeighbour({ expiresAt: after(HOUR) }, NOON, 1)).toEqual({
      outcome: { status: "retry_scheduled", reason: "neighbour_rejected", dueAt: after(SECOND) },
      spent: false,
      mayHaveArrived: false,
    });
  });

  test("that has no second left has failed, since it was tried", () => {
    const failed = { status: "failed", reason: "retries_exhausted" };
    expect(outcomeOfNeighbour({ expiresAt: after(SECOND) }, NOON, 1).outcome).toEqual(failed);
    expect(lostToTheDeadline({ attempts: [NEIGHBOUR] })).toEqual(failed);
  });
});

describe("an answer that does not tell", () => {
  test.each([
    [0, "retry_scheduled"],
    [1, "retry_scheduled"],
    [2, "outcome_unknown"],
  ])("with resend, after %s such attempts: %s", (count, status) => {
    expect(settle(AMBIGUOUS, { attempts: times(count, MAYBE) })).toMatchObject({
      outcome: { status, reason: "no_clear_answer" },
      spent: true,
      mayHaveArrived: true,
    });
  });

  test("with hold, a person decides at once", () => {
    expect(settle(AMBIGUOUS, { unknownOutcome: "hold" })).toEqual({
      outcome: { status: "outcome_unknown", reason: "no_clear_answer" },
      spent: true,
      mayHaveArrived: true,
    });
  });

  test("counts what may have arrived in an earlier life too", () => {
    const attempts = [MAYBE, MAYBE, { ...MAYBE, outcome: "outcome_unknown" as const }];
    expect(settle(AMBIGUOUS, { attempts }).outcome).toMatchObject({ status: "outcome_unknown" });
  });

  test("too late for another try, it is unknown rather than failed", () => {
    expect(settle(AMBIGUOUS, { expiresAt: after(SECOND) }).outcome).toMatchObject({ status: "outcome_unknown" });
  });
});

test("no try is ever scheduled at or after the deadline, and every delay keeps its scale", () => {
  const verdict = fc.constantFrom<GraphVerdict>(RETRY, CAPPED, THROTTLE, AMBIGUOUS, {
    kind: "throttle",
    waitMs: 2 * HOUR,
  });
  const attempts = fc.array(fc.constantFrom(anAttempt(), UNKNOWN_ERROR, THROTTLED, MAYBE, FAILED), { maxLength: 15 });
  const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(verdict, attempts, jitter, fc.integer({ min: 1, max: 8 * DAY }), (some, earlier, chance, left) => {
      const expiresAt = after(left);
      const { outcome } = outcomeOf(
        some,
        { attempts: earlier, expiresAt, eventName: "Purchase" },
        { unknownOutcome: "resend" },
        NOON,
        chance,
        0.1,
      );
      if (outcome.status !== "retry_scheduled") return;
      expect(outcome.dueAt.getTime()).toBeGreaterThan(NOON.getTime());
      expect(outcome.dueAt.getTime()).toBeLessThan(expiresAt.getTime());
      if (some.kind !== "throttle")
        expect(outcome.dueAt.getTime()).toBeLessThanOrEqual(after(retryDelayMs(99, chance, 0.1)).getTime());
    }),
    { numRuns: 1000 },
  );
});
