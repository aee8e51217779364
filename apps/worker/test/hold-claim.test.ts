import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type HoldPorts, holdClaim } from "../src/hold-claim.ts";

const CLICK = { ctwaClid: "x", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" } as const;
const LEASE_MS = 90;
const REQUEST_MS = 40;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

async function held(renew: HoldPorts["ledger"]["renew"]) {
  const hold = await holdClaim([{ event: aLedgerEvent(), click: CLICK, lane: "fast" }], {
    ledger: {
      claim: async (refs) => new Set(refs.map(({ id }) => id)),
      departs: async () => true,
      renew,
      release: async () => {},
    },
    logTrouble: () => {},
    now: () => new Date(),
    leaseMs: LEASE_MS,
    requestMs: REQUEST_MS,
  });
  expect(hold.boarded).toHaveLength(1);
  return hold;
}

test("a claim that is renewed lets requests begin for as long as it is kept", async () => {
  const hold = await held(async () => {});
  await vi.advanceTimersByTimeAsync(LEASE_MS * 3);
  expect(hold.mayBeginRequest()).toBe(true);
  hold.end();
  await vi.advanceTimersByTimeAsync(LEASE_MS - REQUEST_MS);
  expect(hold.mayBeginRequest()).toBe(true);
  await vi.advanceTimersByTimeAsync(REQUEST_MS);
  expect(hold.mayBeginRequest()).toBe(false);
});

test("a claim that cannot be renewed lets no request begin that might outlive it", async () => {
  const hold = await held(async () => Promise.reject(new Error("away")));
  await vi.advanceTimersByTimeAsync(LEASE_MS - REQUEST_MS);
  expect(hold.mayBeginRequest()).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(hold.mayBeginRequest()).toBe(false);
  hold.end();
});
