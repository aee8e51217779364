import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyRing, KeyRingError, SealedValueError } from "../src/index.ts";

const newKey = () => randomBytes(32).toString("base64");
const OLD = newKey();
const NEW = newKey();

const whyClosed = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    return error instanceof SealedValueError ? error.code : `another error: ${String(error)}`;
  }
  return "opened";
};

describe("a key ring", () => {
  const ring = KeyRing.parse(`k1:${OLD}`);

  test("opens what it sealed for the same owner, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (plaintext, context) => {
        expect(ring.open(ring.seal(plaintext, context), context)).toBe(plaintext);
      }),
    );
  });

  test("seals the same text differently every time, as one word that names its key", () => {
    const [one, two] = [ring.seal("token", "acct"), ring.seal("token", "acct")];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^k1\.[A-Za-z0-9_-]+$/);
  });

  test("does not open a value for another owner", () => {
    expect(whyClosed(() => ring.open(ring.seal("token", "acct-1"), "acct-2"))).toBe("not_authentic");
  });

  test("notices any changed bit of IV, tag or text", () => {
    const [id, text = ""] = ring.seal("token", "acct").split(".");
    const bytes = Buffer.from(text, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(whyClosed(() => ring.open(`${id}.${changed.toString("base64url")}`, "acct"))).toBe("not_authentic");
    }
  });

  test("notices another key under the same id", () => {
    expect(whyClosed(() => KeyRing.parse(`k1:${NEW}`).open(ring.seal("token", "acct"), "acct"))).toBe("not_authentic");
  });

  test.each(["", "token", "k1.", "k1.AAAA", `k1.${"!".repeat(60)}`, `.${"A".repeat(60)}`, `k1.${"A".repeat(60)}=`])(
    "says that %j is no sealed value",
    (text) => {
      expect(whyClosed(() => ring.open(text, "acct"))).toBe("malformed");
    },
  );

  test("takes one spelling of a value only, so that equal values are equal text", () => {
    // 29 bytes end in a character with four bits to spare.
    const sealed = ring.seal("a", "acct");
    const respelt = `${sealed.slice(0, -1)}${String.fromCharCode(sealed.charCodeAt(sealed.length - 1) + 1)}`;
    expect(Buffer.from(respelt.slice(3), "base64url").equals(Buffer.from(sealed.slice(3), "base64url"))).toBe(true);
    expect(whyClosed(() => ring.open(respelt, "acct"))).toBe("malformed");
  });

  test("rotates: a new first key seals, and the old one still opens", () => {
    const sealedBefore = ring.seal("token", "acct");
    const rotated = KeyRing.parse(`k2:${NEW}, k1:${OLD}`);
    expect(rotated.open(sealedBefore, "acct")).toBe("token");
    expect(rotated.seal("token", "acct")).toMatch(/^k2\./);
    expect(whyClosed(() => KeyRing.parse(`k2:${NEW}`).open(sealedBefore, "acct"))).toBe("unknown_key");
  });

  test.each([
    ["", /Entry 1 /],
    [OLD, /Entry 1 /],
    [`k1:${OLD},`, /Entry 2 /],
    [`k1:${OLD},${NEW}`, /Entry 2 /],
    [`${OLD}:k1`, /Entry 1 /],
    ["k1:", /"k1"/],
    [`k1:${randomBytes(16).toString("base64")}`, /"k1"/],
    [`k1:${randomBytes(33).toString("base64")}`, /"k1"/],
    [`k1:${OLD.slice(0, 43)}`, /"k1"/],
    [`k1:${OLD},k1:${NEW}`, /Two encryption keys have the id "k1"/],
  ])("refuses a bad list with a sentence that names the entry and shows no key", (text, sentence) => {
    const refusal = () => KeyRing.parse(text);
    expect(refusal).toThrow(KeyRingError);
    expect(refusal).toThrow(sentence);
    for (const key of [OLD, NEW]) expect(refusal).not.toThrow(key.slice(0, 12));
  });
});
