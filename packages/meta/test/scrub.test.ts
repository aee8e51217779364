import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scrubMetaText } from "../src/index.ts";

const CLICK_ID = "ARA-example-click-id-0123456789_abcdefghijklmnopqrstuvwxyz";

describe("a text of Meta's", () => {
  test("that echoes nothing stays as it is", () => {
    const text = "The event Lead is not allowed for messaging events (subcode 2804066). Send LeadSubmitted instead.";
    expect(scrubMetaText(text, [CLICK_ID, "EAATESTTOKEN"])).toBe(text);
  });

  test.each([
    ["the click id", `Invalid ctwa_clid ${CLICK_ID}.`, "Invalid ctwa_clid [removed]."],
    ["a listed value in another case", "token eaatesttoken expired", "token [removed] expired"],
    ["a listed value percent-encoded", "id a%2Fb%3Dc refused", "id [removed] refused"],
    ["an e-mail address", "em: ana.silva+x@example.com.br, refused", "em: [removed], refused"],
    ["a phone number", "ph +55 (11) 98765-4321 is not hashed", "ph +[removed] is not hashed"],
    ["a hash nobody listed", `ph ${"0a1b2c3d".repeat(8)}!`, "ph [removed]!"],
    ["both of two that overlap", "code noon-noon-noon refused", "code [removed] refused"],
    ["a value at the cut end", "Malformed access token EAATEST", "Malformed access token [removed]"],
  ])("loses %s", (_name, text, expected) => {
    expect(scrubMetaText(text, [CLICK_ID, "EAATESTTOKEN", "a/b=c", "noon-noon", ""])).toBe(expected);
  });

  test("has at most 2,000 characters, and a very long one is scrubbed fast", () => {
    const startedAt = performance.now();
    for (const long of ["a b ".repeat(50_000), "1".repeat(100_000), "a@".repeat(50_000), "x%4".repeat(30_000)]) {
      expect(scrubMetaText(long, ["needle"]).length).toBeLessThanOrEqual(2_000);
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

test("no listed secret is left, wherever it stands and whatever surrounds it", () => {
  const secret = fc.oneof(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.string({ unit: fc.constantFrom("a", "b", "A") }),
  );
  const secrets = fc.array(secret, { minLength: 1, maxLength: 4 });
  const textWith = secrets.chain((list) =>
    fc.record({
      list: fc.constant(list),
      text: fc
        .array(fc.oneof(fc.constantFrom(...list), fc.string(), fc.constantFrom("a", "b")))
        .map((parts) => parts.join("")),
    }),
  );
  fc.assert(
    fc.property(textWith, ({ list, text }) => {
      const pieces = scrubMetaText(text, list).split("[removed]");
      for (const hidden of list.filter((value) => value !== "")) {
        for (const piece of pieces) expect(piece.toLowerCase().includes(hidden.toLowerCase())).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});
