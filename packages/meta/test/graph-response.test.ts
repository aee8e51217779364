import { describe, expect, test } from "vitest";
import { readGraphResponse } from "../src/graph-response.ts";

const NOW = new Date("2026-11-13T10:00:00Z");
const read = (httpStatus: number, json: unknown, headers: Record<string, string> = {}) =>
  readGraphResponse({ httpStatus, headers, text: typeof json === "string" ? json : JSON.stringify(json) }, NOW);

describe("a success", () => {
  test("of zero events is still a count: judging it is not done here", () => {
    expect(read(200, { events_received: 0 })).toMatchObject({ kind: "counted", eventsReceived: 0, traceId: null });
  });

  test.each([null, -1, 1.5, "many", [], undefined])("needs a whole count, and %j is none", (events_received) => {
    expect(read(200, { events_received })).toMatchObject({ kind: "unclear", cause: "unexpected_shape" });
  });

  test("with usage of 100 % asks to slow down", () => {
    const headers = { "x-app-usage": '{"call_count":100}' };
    expect(read(200, { events_received: 1 }, headers)).toMatchObject({ kind: "counted", slowDownMs: 300_000 });
  });
});

describe("an error envelope", () => {
  test("is a refusal whatever the HTTP status", () => {
    for (const status of [200, 400, 401, 403, 429, 500, 503]) {
      expect(read(status, { error: { code: 2, is_transient: true } })).toMatchObject({
        kind: "refused",
        httpStatus: status,
        error: { code: 2, isTransient: true, subcode: null, traceId: null, title: null, message: null },
      });
    }
  });

  test("may write its numbers as strings, and fields it cannot spell count as missing", () => {
    const error = { code: "100", error_subcode: "2804087", is_transient: "no", error_user_title: 7, error_data: "{" };
    expect(read(400, { error })).toMatchObject({
      kind: "refused",
      error: { code: 100, subcode: 2804087, isTransient: false, title: null },
    });
  });

  test.each([true, "true", "1", 1])("may write that it is transient as %j", (is_transient) => {
    expect(read(400, { error: { code: 100, is_transient } })).toMatchObject({ error: { isTransient: true } });
  });

  test.each([false, "false", "0", 0, null, "no", 2, [true]])("is not transient by %j", (is_transient) => {
    expect(read(400, { error: { code: 100, is_transient } })).toMatchObject({ error: { isTransient: false } });
  });

  test("prefers the text that names the event, and keeps 2,000 characters of it", () => {
    const error = { code: 100, message: "Invalid parameter", error_user_msg: "é".repeat(3_000) };
    expect(read(400, { error })).toMatchObject({ error: { message: "é".repeat(2_000) } });
    expect(read(400, { error: { code: 100, message: "Invalid parameter" } })).toMatchObject({
      error: { message: "Invalid parameter" },
    });
  });

  test("without a code is no envelope", () => {
    expect(read(400, { error: { message: "?" } })).toMatchObject({ kind: "unclear", cause: "unexpected_shape" });
  });

  test("beside a positive count contradicts itself, and nobody knows", () => {
    expect(read(200, { events_received: 1, error: { code: 1 } })).toMatchObject({
      kind: "unclear",
      cause: "contradictory",
    });
  });
});

test("a 429 beside a positive count contradicts itself as well: sent again, it could count twice", () => {
  expect(read(429, { events_received: 1 }, { "retry-after": "1" })).toMatchObject({
    kind: "unclear",
    cause: "contradictory",
  });
  expect(read(429, { events_received: 0 })).toMatchObject({ kind: "throttled" });
});

test.each([
  ["AbCdEf0_-123", "AbCdEf0_-123"],
  ["5511987654321", null],
  ["<b>", null],
  ["someone@example.com", null],
  ["a".repeat(65), null],
  ["9f86d081884c7d659a2feaa0c55ad015A3BF4F1B2B0B822CD15D6C15B0F00A08", null],
  ["g".repeat(64), "g".repeat(64)],
])("of the trace id %s, %s is kept", (given, kept) => {
  expect(read(200, { events_received: 1, fbtrace_id: given })).toMatchObject({ traceId: kept });
});

test("a 429 without an envelope is throttled, whatever its body", () => {
  for (const body of ["", "<html>", { detail: "slow down" }]) {
    expect(read(429, body, { "retry-after": "30" })).toEqual({ kind: "throttled", httpStatus: 429, waitMs: 30_000 });
  }
});
