import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { waitWishOf } from "../src/wait/wait-wish.ts";

describe("the wish to wait", () => {
  test.each<[string, number]>([
    ["wait=10", 10],
    ["respond-async, wait=10", 10],
    ["wait=10, respond-async", 10],
    ["Wait = 10", 10],
    ['wait="10"', 10],
    ["wait=10; foo=bar", 10],
    ['foo="a, wait=3, b", wait=10', 10],
    ['foo="\\", wait=3", wait=10', 10],
    ["wait=10, wait=20", 10],
    ["return=minimal;wait=3, wait=10", 10],
    ["wait=0", 0],
    ["wait=007", 7],
    ["wait=31", 30],
    [`wait=${"9".repeat(400)}`, 30],
  ])("of %j is %i seconds", (prefer, seconds) => {
    expect(waitWishOf(prefer, 5)).toEqual({ seconds, asked: true });
  });

  test.each([
    undefined,
    "",
    "wait",
    "wait=",
    "wait=ten",
    "wait=-1",
    "wait=1.5",
    "wait=1e1",
    'wait="10',
    "wait=10 seconds",
    "waits=10",
    "respond-async",
    "nonsense, wait=abc, wait=10",
    ',;="',
    'foo="bar, wait=10',
    '"wait=10\\',
  ])("of %j is none, and the key's default applies", (prefer) => {
    expect(waitWishOf(prefer, 5)).toEqual({ seconds: 5, asked: false });
  });

  test("is never longer than what is granted, whatever a header holds and a key says, and reading it is quick", () => {
    const header = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.stringMatching(/^( |,|;|=|"|\\|wait|wait=|[0-9]{1,3}){0,60}$/),
    );
    fc.assert(
      fc.property(header, fc.nat(1_000), (prefer, defaultSeconds) => {
        const { seconds, asked } = waitWishOf(prefer, defaultSeconds);
        expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= 30).toBe(true);
        if (!asked) expect(seconds).toBe(Math.min(30, defaultSeconds));
      }),
    );
    const startedAt = performance.now();
    waitWishOf(`${'"'.repeat(8_000)}wait${" ".repeat(8_000)}`, 0);
    waitWishOf('"\\'.repeat(80_000), 0);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
