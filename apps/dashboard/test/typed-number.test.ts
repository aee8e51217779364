import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { localeIn, Reader } from "../src/reader/reader.ts";
import { readTypedNumber } from "../src/reader/typed-number.ts";

/** Every way of grouping, marking and writing digits that a browser's language may ask for. */
const LANGUAGES = [
  ...["en-GB", "pt-BR", "pt-PT", "de-DE", "de-CH", "de-AT", "fr-FR", "es-ES", "es-MX", "pl", "sv", "eo", "en-ZA"],
  ...["hi-IN", "en-IN", "bn", "mr", "ne", "dz", "my", "ar-EG", "ar", "fa", "ur-IN", "id-ID", "ja"],
];
const someReader = fc.constantFrom(...LANGUAGES).map((language) => new Reader(localeIn(language)));
const someMoney = fc.integer({ min: 0, max: 99_999_999_999 }).map((cents) => cents / 100);

describe("a typed number", () => {
  test.each([
    ["12", 12],
    ["129.90", 129.9],
    ["129,90", 129.9],
    ["1234,5", 1_234.5],
    ["1234.56", 1_234.56],
    ["1.234,56", 1_234.56],
    ["1,234.56", 1_234.56],
    ["1.234.567", 1_234_567],
    ["1 234 567,8", 1_234_567.8],
    ["1’234.50", 1_234.5],
    ["12,34,567.89", 1_234_567.89],
    ["1.234,567", 1_234.567],
    [" 0,5 ", 0.5],
  ])("is read where it can be read in one way: %s is %d", (text, value) => {
    expect(readTypedNumber(text)).toEqual({ kind: "number", value });
  });

  test.each(["1.234", "1,234", "12.345", "123,456", "0.500", "1234.567", "٣٫٢١٠"])(
    "is not guessed where it can be read in two: %s",
    (text) => {
      expect(readTypedNumber(text).kind).toBe("ambiguous");
    },
  );

  test.each([
    "",
    "twelve",
    "-5",
    "1e3",
    "1.",
    ".5",
    "1..2",
    "1.2.3",
    "1,23.456.7",
    "12.34,567,8",
    "R$ 5",
    "0x10",
    "1.23,45,6",
  ])("is refused where it is none: %j", (text) => {
    expect(readTypedNumber(text).kind).toBe("not_a_number");
  });

  test("that the console has written with its cents is read back as itself, in every reader's spelling", () => {
    fc.assert(
      fc.property(someReader, someMoney, (reader, value) => {
        expect(readTypedNumber(reader.amount(value))).toEqual({ kind: "number", value });
      }),
      { numRuns: 2_000 },
    );
  });

  test("that the console has written without cents is read back as itself, or refused where it has one mark", () => {
    fc.assert(
      fc.property(someReader, fc.integer({ min: 0, max: 99_999_999 }), (reader, value) => {
        const text = reader.number(value);
        const hasOneMark = text.replace(/[^.,٬]/g, "").length === 1;
        expect(readTypedNumber(text)).toMatchObject(hasOneMark ? { kind: "ambiguous" } : { kind: "number", value });
      }),
      { numRuns: 2_000 },
    );
  });
});
