import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differencesWorthAWarning, eventFingerprint } from "../src/index.ts";
import { anEvent } from "./an-event.ts";

const KEY_BYTES = new TextEncoder().encode("a key of thirty-two bytes or more");
const KEY = createSecretKey(KEY_BYTES);
const FIELDS = {
  eventName: "Purchase",
  conversationId: "65f0c0ffee65f0c0ffee65f0",
  phoneE164: "5511987654321",
  bsuid: "BR.1502576394655843",
  ctwaClid: "Aff-example",
  email: "maria.silva@example.com",
  externalId: "customer-000123",
  value: 149.9,
  currency: "BRL",
};

describe("the fingerprint", () => {
  test("never changes: rows written years ago are compared with it", () => {
    expect(eventFingerprint(KEY, FIELDS)).toBe("ny_FpmrcFO-EPt-2sCgmEA");
  });

  test("is the same however the same person and price are written", () => {
    const other = {
      ...FIELDS,
      phoneE164: "+55 11 98765-4321",
      email: " Maria.Silva@Example.com",
      externalId: "CUSTOMER-000123 ",
      currency: "brl",
    };
    expect(eventFingerprint(KEY, other)).toBe(eventFingerprint(KEY, FIELDS));
  });

  test.each(Object.keys(FIELDS).filter((field) => field !== "eventName"))(
    "differs with another %s and without one",
    (field) => {
      const changed = { ...FIELDS, [field]: field === "value" ? 149.91 : "other" };
      expect(eventFingerprint(KEY, changed)).not.toBe(eventFingerprint(KEY, FIELDS));
      expect(eventFingerprint(KEY, { ...FIELDS, [field]: undefined })).not.toBe(eventFingerprint(KEY, FIELDS));
      expect(eventFingerprint(KEY, { ...FIELDS, [field]: null })).toBe(
        eventFingerprint(KEY, { ...FIELDS, [field]: undefined }),
      );
    },
  );

  test("differs with another name and another key", () => {
    expect(eventFingerprint(KEY, { ...FIELDS, eventName: "AddToCart" })).not.toBe(eventFingerprint(KEY, FIELDS));
    expect(eventFingerprint(createSecretKey(KEY_BYTES.subarray(1)), FIELDS)).not.toBe(eventFingerprint(KEY, FIELDS));
  });

  test("never mixes up two fields that hold the same text", () => {
    const text = fc.stringMatching(/^[1-9][0-9]{0,5}$/);
    fc.assert(
      fc.property(text, (same) => {
        const fields = ["conversationId", "phoneE164", "bsuid", "ctwaClid", "email", "externalId", "currency"];
        const prints = fields.map((field) => eventFingerprint(KEY, { eventName: "Purchase", [field]: same }));
        expect(new Set(prints).size).toBe(fields.length);
        for (const print of prints) expect(print).toMatch(/^[A-Za-z0-9_-]{22}$/);
      }),
    );
  });
});

describe("a repeated event id", () => {
  test("other differences are told by name and never by value", () => {
    const { details } = anEvent();
    const stored = {
      testCode: "TEST1",
      details: { ...details, orderId: "1042", contents: [{ id: "SKU-1", quantity: 1 }] },
    };
    const incoming = {
      testCode: "TEST2",
      details: { ...details, orderId: "1043", contents: [{ id: "SKU-1", quantity: 2 }] },
    };
    const warnings = differencesWorthAWarning(stored, incoming);
    expect(warnings.map((warning) => warning.split(" ")[0])).toEqual(["orderId", "contents", "testCode"]);
    expect(warnings.join()).not.toMatch(/104|SKU|TEST/);
  });

  test("an event time that only one of two reports gave is worth a warning, whichever it was", () => {
    const { details } = anEvent();
    const report = (eventTimeGiven: boolean) => ({ testCode: null, details, eventTimeGiven });
    expect(differencesWorthAWarning(report(true), report(false))).toEqual([
      expect.stringMatching(/^eventTime is missing/),
    ]);
    expect(differencesWorthAWarning(report(false), report(true))).toEqual([
      expect.stringMatching(/^eventTime was not/),
    ]);
    for (const same of [true, false]) expect(differencesWorthAWarning(report(same), report(same))).toEqual([]);
  });

  test("another price of a line is a difference, and so is a price gone", () => {
    const { details } = anEvent();
    const linesOf = (...itemPrice: number[]) => ({
      testCode: null,
      details: {
        ...details,
        contents: [{ id: "SKU-1", quantity: 2, ...(itemPrice[0] === undefined ? {} : { itemPrice: itemPrice[0] }) }],
      },
    });
    expect(differencesWorthAWarning(linesOf(20), linesOf(21))).toHaveLength(1);
    expect(differencesWorthAWarning(linesOf(20), linesOf())).toHaveLength(1);
  });

  test("no difference is no warning, in whatever order a line's fields came back from the store", () => {
    const { details } = anEvent();
    const stored = { testCode: null, details: { ...details, contents: [{ itemPrice: 20, quantity: 2, id: "SKU-1" }] } };
    const incoming = {
      testCode: null,
      details: { ...details, contents: [{ id: "SKU-1", quantity: 2, itemPrice: 20 }] },
    };
    expect(differencesWorthAWarning(stored, incoming)).toEqual([]);
  });
});
