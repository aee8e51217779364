import { EVENT_STATUSES } from "@capi-relay/contract";
import { describe, expect, test } from "vitest";
import { judgeStanding } from "../src/index.ts";
import { after, anAttempt, anEvent, NOON, SECOND } from "./an-event.ts";

describe("what a job may do with its event", () => {
  test.each(
    EVENT_STATUSES.map((status) => [status, status === "queued" || status === "retry_scheduled" ? "due" : "stale"]),
  )("one that is %s and due now: %s", (status, kind) => {
    expect(judgeStanding(anEvent({ status }), 0, NOON)).toEqual({ kind });
  });

  test("one that is gone or lives another life is stale", () => {
    expect(judgeStanding(null, 0, NOON)).toEqual({ kind: "stale" });
    expect(judgeStanding(anEvent({ generation: 1 }), 0, NOON)).toEqual({ kind: "stale" });
    expect(judgeStanding(anEvent({ generation: 1 }), 2, NOON)).toEqual({ kind: "stale" });
  });

  test("one due within a second is due, one due later is early", () => {
    expect(judgeStanding(anEvent({ dueAt: after(SECOND) }), 0, NOON)).toEqual({ kind: "due" });
    expect(judgeStanding(anEvent({ dueAt: after(SECOND + 1) }), 0, NOON)).toEqual({
      kind: "early",
      dueAt: after(SECOND + 1),
    });
  });

  test("one that a late answer said was delivered is over, whatever its row says", () => {
    const attempts = [anAttempt({ outcome: "delivered" })];
    expect(judgeStanding(anEvent({ status: "retry_scheduled", attempts, expiresAt: NOON }), 0, NOON)).toEqual({
      kind: "over",
      outcome: { status: "delivered", reason: null },
    });
  });

  test("one past its deadline has expired if never tried, and has failed if tried", () => {
    const late = { expiresAt: NOON };
    const expired = { status: "expired", reason: "event_time_window_passed" };
    const exhausted = { status: "failed", reason: "retries_exhausted" };
    expect(judgeStanding(anEvent(late), 0, NOON)).toEqual({ kind: "over", outcome: expired });
    const free = anAttempt({ spent: false });
    expect(judgeStanding(anEvent({ ...late, attempts: [free] }), 0, NOON)).toEqual({
      kind: "over",
      outcome: expired,
    });
    const tried = anEvent({ ...late, status: "retry_scheduled", attempts: [anAttempt()] });
    expect(judgeStanding(tried, 0, NOON)).toEqual({ kind: "over", outcome: exhausted });
  });

  test("one past its deadline in other hands stays there", () => {
    expect(judgeStanding(anEvent({ expiresAt: NOON, status: "sending" }), 0, NOON)).toEqual({ kind: "stale" });
  });
});
