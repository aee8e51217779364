import { anAccount } from "@capi-relay/storage/builders";
import { expect, test } from "vitest";
import { isCurrent } from "../src/is-current.ts";

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
