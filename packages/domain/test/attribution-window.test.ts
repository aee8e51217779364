import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ATTRIBUTION_WINDOW_MS, CLICK_GRACE_MS, earnsCredit } from "../src/index.ts";
import { after, DAY, MINUTE, NOON } from "./an-event.ts";

describe("the attribution window", () => {
  test.each([
    ["at the very moment of the click", 0, true],
    ["a day after the click", DAY, true],
    ["exactly 7 days after the click", 7 * DAY, true],
    ["a millisecond more than 7 days after the click", 7 * DAY + 1, false],
    ["2 minutes before the click", -2 * MINUTE, true],
    ["a millisecond more than 2 minutes before the click", -2 * MINUTE - 1, false],
  ])("a conversion %s: credited %s ms on? %s", (_when, ms, credited) => {
    expect(earnsCredit(after(ms), NOON)).toBe(credited);
  });

  test("credit depends on the distance between the two alone", () => {
    const distance = fc.integer({ min: -9 * DAY, max: 9 * DAY });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), distance, (clickedAt, ms) => {
        const isInside = ms >= -CLICK_GRACE_MS && ms <= ATTRIBUTION_WINDOW_MS;
        expect(earnsCredit(new Date(clickedAt + ms), new Date(clickedAt))).toBe(isInside);
      }),
    );
  });
});
