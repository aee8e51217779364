import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slowDownFromHeaders, waitFromHeaders } from "../src/usage-headers.ts";

const NOW = new Date("2026-11-13T10:00:00Z");
const DAY_MS = 86_400_000;
const wait = (headers: Record<string, string | string[]>) => waitFromHeaders(headers, NOW);
const useCase = (...entries: object[]) => ({ "x-business-use-case-usage": JSON.stringify({ "123": entries }) });

describe("how long to wait", () => {
  test.each([
    ["120", 120_000],
    ["1.5", 1_500],
    ["0", null],
    ["-5", null],
    ["soon", null],
    ["Fri, 13 Nov 2026 10:01:30 GMT", 90_000],
    ["Fri, 13 Nov 2026 09:00:00 GMT", null],
    ["99999999999999999999", DAY_MS],
  ])("Retry-After %s", (value, expected) => {
    expect(wait({ "retry-after": value })).toBe(expected);
  });

  test("estimated_time_to_regain_access is in minutes", () => {
    expect(wait(useCase({ type: "ads_management", call_count: 100, estimated_time_to_regain_access: 7 }))).toBe(
      420_000,
    );
  });

  test("reset_time_duration is in seconds, and a demand only when the account is used up", () => {
    const header = (acc_id_util_pct: number) => ({
      "x-ad-account-usage": JSON.stringify({ acc_id_util_pct, reset_time_duration: 90 }),
    });
    expect(wait(header(100))).toBe(90_000);
    expect(wait(header(9.67))).toBeNull();
  });

  test("the longest demand wins", () => {
    const cases = useCase({ estimated_time_to_regain_access: 1 }, { estimated_time_to_regain_access: 3 });
    expect(wait({ "retry-after": "100", ...cases })).toBe(180_000);
    expect(wait({ "retry-after": "200", ...cases })).toBe(200_000);
  });

  test("no demand is null", () => {
    expect(wait({})).toBeNull();
    expect(wait({ "x-app-usage": '{"call_count":100}' })).toBeNull();
  });

  test("nothing in the headers makes it throw, negative or longer than a day", () => {
    const value = fc.oneof(fc.json(), fc.string(), fc.array(fc.string(), { maxLength: 3 }));
    const headers = fc.record({
      "retry-after": value,
      "x-app-usage": value,
      "x-ad-account-usage": value,
      "x-business-use-case-usage": fc.oneof(
        value,
        fc
          .double()
          .map((estimated_time_to_regain_access) => JSON.stringify({ a: [{ estimated_time_to_regain_access }] })),
      ),
    });
    fc.assert(
      fc.property(headers, (sent) => {
        for (const ms of [wait(sent), slowDownFromHeaders(sent)]) {
          expect(ms === null || (Number.isInteger(ms) && ms > 0 && ms <= DAY_MS)).toBe(true);
        }
      }),
    );
  });
});

describe("slowing down after a success", () => {
  test("is asked for by usage of 100 %, in any of the headers", () => {
    expect(slowDownFromHeaders({ "x-app-usage": '{"total_time":101}' })).toBe(300_000);
    expect(slowDownFromHeaders(useCase({ total_cputime: 100 }))).toBe(300_000);
    expect(slowDownFromHeaders(useCase({ call_count: 100, estimated_time_to_regain_access: 2 }))).toBe(120_000);
  });

  test("is not asked for below that, nor by Retry-After", () => {
    expect(slowDownFromHeaders({ "x-app-usage": '{"call_count":99}', "retry-after": "60" })).toBeNull();
    expect(slowDownFromHeaders(useCase({ call_count: 28, estimated_time_to_regain_access: 0 }))).toBeNull();
  });
});
