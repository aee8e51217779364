import { type ConversionRequest, DEFAULT_EVENT_NAMES } from "@capi-relay/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeIntake } from "../src/index.ts";
import { after, DAY, MINUTE, NOON, SECOND } from "./an-event.ts";

const ACCOUNT = { allowedEventNames: DEFAULT_EVENT_NAMES, eventNameAliases: { Order: "Purchase" } };
const NOON_SECONDS = NOON.getTime() / 1000;

const aRequest = (changes: Partial<ConversionRequest> = {}): ConversionRequest => ({
  accountId: "acct42",
  eventName: "LeadSubmitted",
  eventId: "conv-77:LeadSubmitted",
  phoneE164: "5511987654321",
  ...changes,
});

function problemOf(changes: Partial<ConversionRequest>) {
  const judgement = judgeIntake(aRequest(changes), ACCOUNT, NOON);
  return judgement.ok ? null : judgement.problem;
}

describe("intake", () => {
  test("an event without a time happened in the second of the request and is due at once", () => {
    expect(judgeIntake(aRequest(), ACCOUNT, after(750))).toEqual({
      ok: true,
      eventName: "LeadSubmitted",
      eventTime: NOON,
      eventTimeGiven: false,
      dueAt: after(750),
      expiresAt: after(7 * DAY - 5 * MINUTE),
      warnings: [],
    });
  });

  test("an event up to 60 seconds ahead is accepted and due then", () => {
    expect(judgeIntake(aRequest({ eventTime: NOON_SECONDS + 60 }), ACCOUNT, NOON)).toMatchObject({
      ok: true,
      eventTime: after(60 * SECOND),
      eventTimeGiven: true,
      dueAt: after(62 * SECOND),
    });
  });

  test.each([
    ["event_time_in_future", NOON_SECONDS + 61],
    ["event_time_in_milliseconds", NOON.getTime()],
    ["event_time_in_milliseconds", 1e11 + 1],
    ["event_time_in_milliseconds", Number.MAX_SAFE_INTEGER],
    ["event_time_in_future", 1e11],
    ["event_time_too_old", NOON_SECONDS - (7 * 86_400 - 300)],
    ["event_time_too_old", 1],
  ])("%s is the answer to %s", (code, eventTime) => {
    expect(problemOf({ eventTime })).toMatchObject({ code, param: "eventTime" });
  });

  test("the last second before the deadline is accepted", () => {
    expect(problemOf({ eventTime: NOON_SECONDS - (7 * 86_400 - 300) + 1 })).toBeNull();
  });

  test("a refused name is told before anything else", () => {
    expect(problemOf({ eventName: "Lead", eventTime: 1 })).toMatchObject({
      code: "event_name_refused",
      param: "eventName",
    });
  });

  test("an unknown name is not allowed", () => {
    expect(problemOf({ eventName: "Confirmed" })).toMatchObject({ code: "event_name_not_allowed", param: "eventName" });
  });

  test("an alias is sent under its target, with a warning", () => {
    const judgement = judgeIntake(aRequest({ eventName: "Order", value: 149.9, currency: "BRL" }), ACCOUNT, NOON);
    expect(judgement).toMatchObject({
      ok: true,
      eventName: "Purchase",
      warnings: ["Order is sent as Purchase: this account maps it."],
    });
  });

  test.each([
    ["value_required", "value", {}],
    ["value_required", "value", { value: 0, currency: "BRL" }],
    ["currency_required", "currency", { value: 1 }],
  ])("a Purchase reached through an alias: %s", (code, param, price) => {
    expect(problemOf({ eventName: "Order", ...price })).toMatchObject({ code, param });
  });

  test("what is accepted is never due before now, before its time, or after its deadline", () => {
    fc.assert(
      fc.property(fc.integer({ min: NOON_SECONDS - 8 * 86_400, max: NOON_SECONDS + 120 }), (eventTime) => {
        const judgement = judgeIntake(aRequest({ eventTime }), ACCOUNT, NOON);
        if (!judgement.ok) return;
        expect(judgement.dueAt.getTime()).toBe(
          eventTime * 1000 > NOON.getTime() ? eventTime * 1000 + 2 * SECOND : NOON.getTime(),
        );
        expect(judgement.dueAt.getTime()).toBeLessThan(judgement.expiresAt.getTime());
        expect(judgement.eventTime.getTime()).toBe(eventTime * 1000);
      }),
    );
  });
});
