import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hashEmail,
  hashExternalId,
  hashPersonalData,
  hashPhone,
  normaliseEmail,
  normaliseExternalId,
  normalisePhone,
} from "../src/index.ts";

describe("hashing personal data", () => {
  test.each([
    [" John_Smith@gmail.com ", "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"],
    ["Maria.Silva@Example.com", "5504a61f3ca7140339278c6dabcc059695c852b2aba44c4d00b7ca8c5716106a"],
    ["John.Smith+CTWA@example.com", "2b760f583f328257665b54f7cd0d14af1b2e17111f46973b5c8217fa20306cbb"],
    ["Se\u00f1or@Example.com", "e70418523f0c1b00aa5ef5ada9dfc1663dbff8707f42bc4e011433c68191e035"],
    ["Sen\u0303or@Example.com", "e70418523f0c1b00aa5ef5ada9dfc1663dbff8707f42bc4e011433c68191e035"],
  ])("the e-mail address %j", (email, hash) => {
    expect(hashEmail(email)).toBe(hash);
  });

  test.each([
    ["+1 (650) 555-1212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"],
    ["+55 11 98765-4321", "029c7290f14c4516673508635f0519db95f7daf42057fd0e4ad1de84c5408a66"],
    ["551187654321", "9d00682b6cd3bf3cfdfcb37f11706e1183d9e9aa55e88e775efdd5c2d1581efe"],
    ["0044 7911 123456", "40b5c38342a9c584ec707e8679b003f8c779c6aaa138c976ef94e049cc05208f"],
    ["+91-98765-43210", "92b5072176e723878b5e06ff3ca61898e4eb74e8c46642a0f2db800b17364ab0"],
  ])("the phone number %j", (phone, hash) => {
    expect(hashPhone(phone)).toBe(hash);
  });

  test.each(["customer-000123", "CUSTOMER-000123", " Customer-000123\n"])("the external id %j", (externalId) => {
    expect(hashExternalId(externalId)).toBe("b715f6aed57a94e8e3493cba80a3e322035479f9b2849aab91d208bbffa27c89");
  });

  test.each([
    [
      "a plus in the phone number",
      hashPhone("+16505551212"),
      "1e231c66011e7a2d867a9cfae267a6aff103cf4913640b6e71a99850fc0ffbc8",
    ],
    [
      "no country code",
      hashPhone("+1 650 555 1212"),
      "5eed6d50c9a69704a9a72b4af7d14d04d33e4460039e101b525f5d4f8a106a38",
    ],
    [
      "no trimming",
      hashEmail(" john_smith@gmail.com "),
      "63ed2583ff2ba45e1a24c88f8333fb177499d4c1d0c63c575f9176c39598f175",
    ],
    [
      "no lower case",
      hashEmail("John_Smith@gmail.com"),
      "5dfec14a43f5dbcf51f48440769aff7e9bcfb60f87195764bd4063a9929406ae",
    ],
    [
      "an external id in capitals",
      hashExternalId("CUSTOMER-000123"),
      "1069f14a6eedb533daaaf4040a81706ef55f28129dbe2d48e896e27166914bdc",
    ],
  ])("never the hash that comes of %s", (_mistake, hash, wrongHash) => {
    expect(hash).not.toBe(wrongHash);
  });

  test.each([
    ["e-mail addresses", normaliseEmail],
    ["phone numbers", normalisePhone],
    ["external ids", normaliseExternalId],
  ])("normalising %s twice changes nothing more", (_what, normalise) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
      { numRuns: 2000 },
    );
  });

  test("a person's data is hashed field by field", () => {
    const plain = { email: "Maria.Silva@Example.com", phoneE164: "5511987654321", externalId: "Customer-000123" };
    expect(hashPersonalData(plain)).toEqual({
      em: hashEmail(plain.email),
      ph: hashPhone(plain.phoneE164),
      externalId: hashExternalId(plain.externalId),
    });
  });

  test("what is absent or blank has no hash", () => {
    expect(hashPersonalData({})).toEqual({});
    expect(hashPersonalData({ email: " ", phoneE164: "+00", externalId: "\t" })).toEqual({});
  });
});
