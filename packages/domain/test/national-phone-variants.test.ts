import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nationalPhoneVariants } from "../src/index.ts";

describe("national spellings of a phone number", () => {
  test.each([
    ["a Brazilian mobile with its ninth digit", "5511987654321", ["551187654321"]],
    ["a Brazilian mobile without it", "551187654321", ["5511987654321"]],
    ["a Brazilian mobile whose eight digits begin with 9", "551197654321", ["5511997654321"]],
    ["a Brazilian landline", "551132654321", []],
    ["a Brazilian landline with a 9 in front", "5511932654321", []],
    ["a Brazilian number with an area code that does not exist", "5510987654321", []],
    ["a Mexican mobile in the old form", "5215512345678", ["525512345678"]],
    ["a Mexican number in the new form", "525512345678", ["5215512345678"]],
    ["an Argentine mobile from abroad", "5491112345678", ["541112345678"]],
    ["an Argentine number", "541112345678", ["5491112345678"]],
    ["a US number", "16505551212", []],
    ["a British number", "447911123456", []],
    ["a Brazilian number too long", "55119876543210", []],
    ["nothing", "", []],
  ])("%s", (_what, number, variants) => {
    expect(nationalPhoneVariants(number)).toEqual(variants);
  });

  test("a variant's variant is the number itself, and never its own variant", () => {
    const number = fc
      .tuple(fc.constantFrom("55", "52", "521", "54", "549", "1", ""), fc.stringMatching(/^[0-9]{8,12}$/))
      .map(([country, rest]) => country + rest);
    fc.assert(
      fc.property(number, (digits) => {
        for (const variant of nationalPhoneVariants(digits)) {
          expect(variant).not.toBe(digits);
          expect(nationalPhoneVariants(variant)).toEqual([digits]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
