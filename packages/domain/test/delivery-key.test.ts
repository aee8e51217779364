import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliveryKey } from "../src/index.ts";

describe("the delivery key", () => {
  test("never changes: rows and jobs carry it for ever", () => {
    expect(deliveryKey({ accountId: "acct42", eventId: "order-1042:Purchase", testCode: null })).toBe(
      "eQ22_GOSi-N4EGlaHDzzbSg",
    );
  });

  test("a test event never uses up the real id, and two test codes share one", () => {
    const identity = { accountId: "acct42", eventId: "order-1042" };
    const real = deliveryKey({ ...identity, testCode: null });
    expect(deliveryKey(identity)).toBe(real);
    expect(deliveryKey({ ...identity, testCode: "TEST1" })).not.toBe(real);
    expect(deliveryKey({ ...identity, testCode: "TEST1" })).toBe(deliveryKey({ ...identity, testCode: "TEST2" }));
  });

  test("is 23 characters that are no integer, hold no colon, and start with a letter", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (accountId, eventId, isTest) => {
        expect(deliveryKey({ accountId, eventId, testCode: isTest ? "T" : null })).toMatch(/^e[A-Za-z0-9_-]{22}$/);
      }),
    );
  });

  test("tells any two events apart, also where account and event id run into each other", () => {
    const part = fc.string({ unit: fc.constantFrom("a", ":", '"', ",", "\\", "[", "]", "true"), maxLength: 5 });
    const identity = fc.record({ accountId: part, eventId: part, testCode: fc.constantFrom(null, "T") });
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(deliveryKey(one) === deliveryKey(other)).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
  });
});
