import { expect, test } from "vitest";
import { aLedgerEvent } from "../src/a-ledger-event.ts";
import { check } from "../src/checker.ts";
import type { Evidence } from "../src/evidence.ts";
import type { LedgerRow } from "../src/ledger-row.ts";
import type { OracleCopy } from "../src/sandbox-client.ts";

const CLICK = { ctwaClid: "clid", conversationId: null, adId: null, clickedAt: null, matchedBy: "request" } as const;

function row(changes: Partial<LedgerRow> = {}): LedgerRow {
  const { id, personal: _personal, ...event } = aLedgerEvent("shop", "order-1");
  const attempts = [{ outcome: "delivered", trigger: "scheduled", reason: null, mayHaveArrived: false }];
  return {
    _id: id,
    ...event,
    status: "delivered",
    endedAt: new Date(Date.now() + 60_000),
    click: CLICK,
    attempts,
    ...changes,
  } as LedgerRow;
}

function copy(of: LedgerRow): OracleCopy {
  return {
    ordinal: 1,
    receivedAt: new Date().toISOString(),
    datasetId: "1",
    tokenFingerprint: "f",
    eventId: of.eventId,
    eventName: of.eventName,
    testEventCode: null,
    event: {
      event_time: Math.floor(of.eventTime.getTime() / 1_000),
      user_data: { ctwa_clid: "clid", whatsapp_business_account_id: "2" },
    },
  };
}

function evidence(of: LedgerRow, changes: Partial<Evidence> = {}): Evidence {
  return {
    rows: [of],
    conversations: [],
    datasetIds: new Map([["shop", "1"]]),
    copies: [copy(of)],
    acknowledged: [{ accountId: "shop", eventId: of.eventId, id: of._id, at: new Date(), answers: 1 }],
    tried: new Set(["shop/order-1"]),
    logs: [],
    redis: [],
    metrics: [],
    canaries: new Map([["access token", "EAAsecret"]]),
    ...changes,
  };
}

const found = (one: Evidence) => check(one).map(({ invariant, event }) => `${invariant} ${event}`);

test("books that agree are right", () => {
  expect(found(evidence(row()))).toEqual([]);
});

test("a promised event that is not in the ledger breaks I1", () => {
  const one = row();
  expect(found(evidence(one, { rows: [], copies: [] }))).toEqual([`I1 ${one._id}`]);
});

test("an event on its way at rest breaks I2", () => {
  const one = row({ status: "sending", attempts: [] });
  expect(found(evidence(one, { copies: [] }))).toEqual([`I2 ${one._id}`]);
});

test("a delivered event that Meta does not hold, or holds differently, breaks I3", () => {
  const one = row();
  expect(found(evidence(one, { copies: [] }))).toEqual([`I3 ${one._id}`]);
  const other = { ...copy(one), eventName: "Purchase" };
  expect(found(evidence(one, { copies: [other] }))).toEqual([`I3 ${one._id}`]);
});

test("a second copy breaks I4 unless an attempt is marked", () => {
  const one = row();
  expect(found(evidence(one, { copies: [copy(one), copy(one)] }))).toEqual([`I4 ${one._id}`]);
  const marked = {
    outcome: "retry_scheduled",
    trigger: "scheduled",
    reason: "worker_interrupted",
    mayHaveArrived: true,
  };
  const two = row({ attempts: [marked, ...one.attempts] as LedgerRow["attempts"] });
  expect(found(evidence(two, { copies: [copy(two), copy(two)] }))).toEqual([]);
});

test("what Meta holds and the ledger does not know breaks I4", () => {
  const one = row();
  expect(found(evidence(one, { copies: [copy(one), { ...copy(one), eventId: "stranger" }] }))).toEqual(["I4 stranger"]);
});

test("what leaves after its ending, or after seven days, breaks I5", () => {
  const late = row({ endedAt: new Date(Date.now() - 10_000) });
  expect(found(evidence(late))).toEqual([`I5 ${late._id}`]);
  const old = row({ eventTime: new Date(Date.now() - 8 * 86_400_000) });
  expect(found(evidence(old))).toEqual([`I5 ${old._id}`]);
});

test("a canary in a log breaks I7 and names the event of its line", () => {
  const one = row();
  const logs = [{ where: "worker", text: `{"msg":"fine"}\n{"event":"${one._id}","t":"EAAsecret"}\n` }];
  expect(found(evidence(one, { logs }))).toEqual([`I7 ${one._id}`]);
});

test("a delivery that was reported and is not in the ledger breaks I2", () => {
  const one = row({ status: "failed", attempts: [] });
  const logs = [{ where: "worker", text: `{"event":"${one._id}","status":"delivered","msg":"delivery.attempted"}` }];
  expect(found(evidence(one, { logs, copies: [] }))).toEqual([`I2 ${one._id}`]);
});
