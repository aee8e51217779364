import { describe, expect, test } from "vitest";
import { isSignedBy } from "../src/index.ts";

const SECRET = "test_app_secret";
const EMPTY_DELIVERY = '{"object":"whatsapp_business_account","entry":[]}';
const SIGNATURE = "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";
const bytes = (text: string) => new TextEncoder().encode(text);

describe("a webhook's signature", () => {
  test.each([
    [EMPTY_DELIVERY, SIGNATURE],
    ['{"name":"Zoë"}', "ced576291ebad8f6d68a73b36d06d564cf44309012c76d6f9700fbc144ee1d6b"],
    ['{"name":"Zo\\u00eb"}', "f289749a022a813a3e2d617e82d364bf22361209d7c61aa998fa9f4804c3f73b"],
  ])("of %s is taken over the bytes as they came", (body, signature) => {
    expect(isSignedBy(bytes(body), `sha256=${signature}`, [SECRET])).toBe(true);
    expect(isSignedBy(bytes(`${body} `), `sha256=${signature}`, [SECRET])).toBe(false);
  });

  test("may come from any secret in use, so that one can be replaced", () => {
    for (const secrets of [
      ["new", SECRET],
      [SECRET, "new"],
      ["", SECRET],
    ]) {
      expect(isSignedBy(bytes(EMPTY_DELIVERY), `sha256=${SIGNATURE}`, secrets)).toBe(true);
    }
    expect(isSignedBy(bytes(EMPTY_DELIVERY), `sha256=${SIGNATURE}`, ["new"])).toBe(false);
    expect(isSignedBy(bytes(EMPTY_DELIVERY), `sha256=${SIGNATURE}`, [])).toBe(false);
  });

  test("made with an empty secret never counts, since everybody can make it", () => {
    const signedWithNothing = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    expect(isSignedBy(bytes(""), signedWithNothing, [""])).toBe(false);
  });

  test.each([
    undefined,
    "",
    SIGNATURE,
    "sha256=",
    `sha1=${SIGNATURE}`,
    `sha256=${SIGNATURE.slice(1)}`,
    `sha256=${SIGNATURE}00`,
    `sha256=${"z".repeat(64)}`,
  ])("in the form %j is none", (header) => {
    expect(isSignedBy(bytes(EMPTY_DELIVERY), header, [SECRET])).toBe(false);
  });
});
