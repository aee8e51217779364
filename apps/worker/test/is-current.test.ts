import { anAccount } from "@capi-relay/storage/builders";
import { describe, expect, test } from "vitest";
import { isCurrent, mayGoOn } from "../src/is-current.ts";

const ACCOUNT = anAccount();

test.each([
  ["paused", { state: "paused", pausedReason: "paused_by_operator" }],
  ["given another dataset", { datasetId: "999" }],
  ["given a new token", { tokenVersion: ACCOUNT.tokenVersion + 1 }],
  ["throttled", { throttledUntil: new Date() }],
  ["asked about doubts", { unknownOutcome: "hold" }],
  ["without a name that Meta refuses", { switchedOffEventNames: ["Purchase"] }],
] as const)("an account that was %s is another one", (_what, change) => {
  expect(isCurrent(ACCOUNT, { ...ACCOUNT, ...change })).toBe(false);
});

test("what a worker tells the others of an account does not make it another one, and no account is none", () => {
  expect(isCurrent(ACCOUNT, { ...ACCOUNT, unclearSince: new Date(), updatedAt: new Date(0) })).toBe(true);
  expect(isCurrent(ACCOUNT, null)).toBe(false);
});

describe("what is left of a refused request", () => {
  const NOW = new Date();

  test.each([
    ["is paused", { state: "paused", pausedReason: "paused_by_operator" }],
    ["has another dataset", { datasetId: "999" }],
    ["has a new token", { tokenVersion: ACCOUNT.tokenVersion + 1 }],
    ["is throttled", { throttledUntil: new Date(NOW.getTime() + 1) }],
  ] as const)("does not leave for an account that %s by now", (_what, change) => {
    expect(mayGoOn(ACCOUNT, { ...ACCOUNT, ...change }, NOW)).toBe(false);
  });

  test("does not leave for an account that is gone, and does for one that lost a name or was throttled before", () => {
    expect(mayGoOn(ACCOUNT, null, NOW)).toBe(false);
    const change = { switchedOffEventNames: ["Purchase"], throttledUntil: NOW };
    expect(mayGoOn(ACCOUNT, { ...ACCOUNT, ...change }, NOW)).toBe(true);
  });
});
