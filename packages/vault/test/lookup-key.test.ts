import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { LookupKeys, secretEquals } from "../src/index.ts";

const keys = new LookupKeys(Buffer.alloc(32, 7));

describe("look-up keys", () => {
  test("are short, stable and the same for the same contact", () => {
    expect(keys.phone("5511987654321")).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(keys.phone("5511987654321")).toBe(new LookupKeys(Buffer.alloc(32, 7)).phone("5511987654321"));
    // Written down so that no change of the code orphans the values that installations have stored.
    expect(keys.phone("5511987654321")).toBe("-P5EcBR5XVE2YyOP6_jacH");
    expect(keys.bsuid("BR.1502576394655843")).toBe("rgAao_8DRNIAYLWBjWjfs-");
  });

  test("differ by contact, by kind of id and by key, and are no plain hash", () => {
    const digits = "5511987654321";
    const plain = createHash("sha256").update(digits).digest("base64url").slice(0, 22);
    const values = [
      keys.phone(digits),
      keys.phone("5511987654322"),
      keys.bsuid(digits),
      keys.message(digits),
      new LookupKeys(Buffer.alloc(32, 8)).phone(digits),
      plain,
    ];
    expect(new Set(values).size).toBe(values.length);
  });

  test("need a key of 32 bytes", () => {
    expect(() => new LookupKeys(Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe("comparing secrets", () => {
  test.each([
    ["s3cret", "s3cret", true],
    ["s3cret", "s3creT", false],
    ["s3cret", "s3cret and more", false],
    ["", "s3cret", false],
    ["", "", false],
  ])("%j against %j is %j", (given, expected, equal) => {
    expect(secretEquals(given, expected)).toBe(equal);
  });
});
