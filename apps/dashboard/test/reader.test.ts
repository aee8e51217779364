import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { localeIn, Reader } from "../src/reader/reader.ts";

describe("numbers", () => {
  test("are written as the reader's browser asks", () => {
    expect(new Reader(localeIn("de-DE,de;q=0.9,en;q=0.8")).number(1_234_567)).toBe("1.234.567");
    expect(new Reader(localeIn("pt-BR")).money({ currency: "BRL", value: 1_234.5 }, "exact")).toBe("R$\u00a01.234,50");
    expect(new Reader(localeIn("")).percent(0.5)).toBe("50%");
  });

  test("never say that all were delivered when some were not", () => {
    expect(new Reader("en-GB").percent(0.99999)).toBe("99.9%");
    expect(new Reader("en-GB").percent(1)).toBe("100%");
  });

  test.each([
    [850, "850 ms"],
    [2_240, "2.2 s"],
    [45_000, "45 s"],
    [600_000, "10 min"],
    [5 * 3_600_000, "5 h"],
    [3 * 86_400_000, "3 days"],
  ])("of milliseconds are durations people know: %d is %s", (ms, text) => {
    expect(new Reader("en-GB").duration(ms)).toBe(text);
  });

  test("are written whatever a browser asks for", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom("*", "x-y", "en-", "de-DE-", "i-klingon")), (header) => {
        expect(new Reader(localeIn(header)).number(1)).not.toBe("");
      }),
    );
  });
});
