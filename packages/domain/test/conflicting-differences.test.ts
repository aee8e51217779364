import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ComparableReport, conflictingDifferences } from "../src/index.ts";
import { after, anEvent, NOBODY, NOON, SECOND } from "./an-event.ts";

const { details } = anEvent();
const report = (changes: Partial<ComparableReport> = {}): ComparableReport => ({
  eventName: "Purchase",
  details: { ...details, value: 10, currency: "BRL" },
  contact: { ...NOBODY, phoneKey: "phone" },
  personal: { ph: "hash" },
  fingerprint: "f",
  eventTime: NOON,
  eventTimeGiven: true,
  ...changes,
});
const OTHER = { fingerprint: "g" };

describe("a repeated event id", () => {
  test.each<[string, Partial<ComparableReport>, Partial<ComparableReport>, string[]]>([
    ["is the same with the same fingerprint", {}, {}, []],
    ["is the same when neither gave a time", { eventTimeGiven: false }, { eventTimeGiven: false }, []],
    ["is the same when only the first gave a time", {}, { eventTimeGiven: false, eventTime: after(SECOND) }, []],
    ["is the same when only the second gave a time", { eventTimeGiven: false }, { eventTime: after(SECOND) }, []],
    ["differs in two times", {}, { eventTime: after(SECOND) }, ["eventTime"]],
    ["differs in its name", {}, { ...OTHER, eventName: "Lead" }, ["eventName"]],
    ["differs in its value", {}, { ...OTHER, details: { value: 9, currency: "BRL" } }, ["value"]],
    ["differs in its price", {}, { ...OTHER, details: { value: 9, currency: "USD" } }, ["value", "currency"]],
    ["differs in whose it is", {}, { ...OTHER, contact: { ...NOBODY, phoneKey: "another" } }, ["identity"]],
    ["differs in an e-mail address", {}, { ...OTHER, personal: { ph: "hash", em: "hash" } }, ["identity"]],
    [
      "differs in whose it is and when",
      {},
      { ...OTHER, personal: {}, eventTime: after(SECOND) },
      ["identity", "eventTime"],
    ],
  ])("%s", (_case, stored, incoming, differs) => {
    expect(conflictingDifferences(report(stored), report(incoming))).toEqual(differs);
  });

  test("is the same as first reported and as corrected since, and another in between", () => {
    const corrected = report({ details: { value: 12, currency: "BRL" } });
    expect(conflictingDifferences(corrected, report())).toEqual([]);
    expect(conflictingDifferences(corrected, report({ ...OTHER, details: { value: 12, currency: "BRL" } }))).toEqual(
      [],
    );
    expect(conflictingDifferences(corrected, report({ ...OTHER, details: { value: 11, currency: "BRL" } }))).toEqual([
      "value",
    ]);
  });

  test("is never the same when the ledger no longer knows whose it is", () => {
    const forgotten = report({ contact: NOBODY, personal: {}, fingerprint: "old" });
    expect(conflictingDifferences(forgotten, report())).toEqual(["identity"]);
  });

  test("does not tell whether somebody else is meant where anything else differs", () => {
    const someone = fc.constantFrom("phone", "another");
    fc.assert(
      fc.property(someone, fc.integer({ min: 11, max: 99 }), (phoneKey, value) => {
        const guess = report({ ...OTHER, contact: { ...NOBODY, phoneKey }, details: { value, currency: "BRL" } });
        expect(conflictingDifferences(report(), guess)).toEqual(["value"]);
      }),
    );
  });
});
