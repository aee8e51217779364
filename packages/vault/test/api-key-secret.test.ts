import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apiKeyHash, apiKeyPrefix, judgeApiKeyShape, newApiKeySecret } from "../src/index.ts";

const KEYS = Array.from({ length: 500 }, newApiKeySecret);

describe("an API key", () => {
  test("has a mark for secret scanners, one length, and no sign that breaks a double click", () => {
    for (const key of KEYS) expect(key).toMatch(/^crk_[0-9A-Za-z]{49}$/);
    expect(new Set(KEYS).size).toBe(KEYS.length);
  });

  test("is whole as it was made", () => {
    expect(KEYS.map(judgeApiKeyShape)).toEqual(KEYS.map(() => "whole"));
  });

  test("with any one character changed, cut off, doubled or swapped with its neighbour is known to be damaged", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KEYS),
        fc.integer({ min: 4, max: 51 }),
        fc.constantFrom(..."0123456789abcXYZ"),
        (key, at, other) => {
          const [before, one, next, after] = [key.slice(0, at), key.charAt(at), key.charAt(at + 1), key.slice(at + 2)];
          const damaged = [
            before + other + next + after,
            before + next + after,
            before + one + one + next + after,
            before + next + one + after,
          ];
          for (const mistyped of damaged.filter((text) => text !== key)) {
            expect(judgeApiKeyShape(mistyped)).toBe("damaged");
          }
        },
      ),
    );
  });

  test.each(["", "cr_x", "Bearer", "EAAB-token", "CRK_x", "sk_live_1"])("is not what %j claims to be", (text) => {
    expect(judgeApiKeyShape(text)).toBe("foreign");
  });

  test("is stored as a hash that holds nothing of it, and shown by its beginning", () => {
    for (const key of KEYS.slice(0, 20)) {
      expect(apiKeyHash(key)).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(apiKeyHash(key)).toBe(apiKeyHash(key));
      expect(apiKeyHash(key)).not.toContain(key.slice(4, 12));
      expect(apiKeyPrefix(key)).toBe(key.slice(0, 12));
    }
    expect(new Set(KEYS.map(apiKeyHash)).size).toBe(KEYS.length);
  });
});
