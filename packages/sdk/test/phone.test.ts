import { ConversionRequest } from "@capi-relay/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPhone } from "../src/phone.ts";

test.each([
  ["+55 (11) 9 1234-5678", "BR", "5511912345678"],
  ["(11) 91234-5678", "BR", "5511912345678"],
  ["011 91234-5678", "br", "5511912345678"],
  ["0171 1234567", "DE", "491711234567"],
  ["+49 171 1234567", "BR", "491711234567"],
  ["00 49 171 1234567", "DE", "491711234567"],
  ["+1 (212) 555-0123 ext. 4", null, "12125550123"],
  ["٠١٠١٢٣٤٥٦٧٨", "EG", "201012345678"],
])("%s of %s is %s", (typed, country, phoneE164) => {
  expect(readPhone(typed, country)).toEqual({ kind: "phone", phoneE164 });
});

test.each([
  [undefined, "BR", "missing"],
  ["  ", "BR", "missing"],
  ["ask for Ana", "BR", "not_a_number"],
  ["call 11 91234-5678 after six", "BR", "not_a_number"],
  ["11 91234-5678", undefined, "country_unknown"],
  ["11 91234-5678", "Brasil", "country_unknown"],
  ["+999 1234567", "BR", "country_code_unknown"],
  ["+55 11", "BR", "too_short"],
  ["+55 11 91234 5678 9999", "BR", "too_long"],
])("%s of %s is unusable: %s", (typed, country, problem) => {
  const reading = readPhone(typed, country);
  expect(reading).toMatchObject({ kind: "unusable", problem });
});

test("whatever is typed, the answer is digits the API takes or a sentence without them", () => {
  const phoneE164 = ConversionRequest.shape.phoneE164.unwrap();
  const typed = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."0123456789+-() x#;=./"), maxLength: 30 }),
    fc
      .integer({ min: 1, max: 9 })
      .chain((head) =>
        fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 15 }).map((tail) => `+${head}${tail}`),
      ),
  );
  fc.assert(
    fc.property(typed, fc.constantFrom("BR", "US", "DE", "IN", "", "??"), (text, country) => {
      const reading = readPhone(text, country);
      if (reading.kind === "phone") expect(phoneE164.safeParse(reading.phoneE164).success).toBe(true);
      else expect(reading.message).not.toMatch(/\d/);
    }),
    { numRuns: 1_000 },
  );
});
