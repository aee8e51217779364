import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expiresAt, isPastDeadline } from "../src/index.ts";
import { after, DAY, MINUTE, NOON } from "./an-event.ts";

describe("Meta's deadline", () => {
  test("an event expires 5 minutes before it is 7 days old", () => {
    expect(expiresAt(NOON)).toEqual(new Date("2026-11-27T11:55:00Z"));
  });

  test("the deadline itself is too late, the millisecond before is not", () => {
    expect(isPastDeadline(NOON, NOON)).toBe(true);
    expect(isPastDeadline(NOON, after(-1))).toBe(false);
  });

  test("what is not past its deadline is at least 5 minutes younger than Meta's limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 14 * DAY }), (age) => {
        const isSendable = !isPastDeadline(expiresAt(NOON), after(age));
        expect(isSendable).toBe(age < 7 * DAY - 5 * MINUTE);
      }),
    );
  });
});
