import type { Attempt } from "@capi-relay/domain";
import { createLogger } from "@capi-relay/runtime";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { expect, test } from "vitest";
import { attemptNoter } from "../src/note-attempt.ts";

const ACCEPTED_AT = new Date("2026-11-20T12:00:00Z");
const CANARIES = /canary/;

const event = aLedgerEvent({
  acceptedAt: ACCEPTED_AT,
  eventTime: new Date("2026-11-20T11:59:00Z"),
  eventName: "Purchase",
  eventId: "order-canary",
  contact: {
    conversationId: null,
    bsuidKey: "canary-bsuid",
    phoneKey: "canary-phone",
    phoneVariantKeys: ["canary-variant"],
    ctwaClid: "canary-click",
  },
  personal: { em: "canary-em", ph: "canary-ph" },
});
const click = {
  ctwaClid: "canary-click",
  conversationId: null,
  adId: null,
  clickedAt: null,
  matchedBy: "request",
} as const;
const attempt: Attempt = {
  number: 2,
  trigger: "manual",
  startedAt: new Date("2026-11-20T12:00:05Z"),
  durationMs: 250,
  batchSize: 40,
  httpStatus: 400,
  code: 100,
  subcode: 2_804_087,
  traceId: "A1",
  outcome: "rejected",
  reason: "meta_click_unknown",
  mayHaveArrived: false,
  spent: true,
  metaTitle: "canary title",
  metaMessage: "canary message",
};

function noted(outcome: Parameters<ReturnType<typeof attemptNoter>>[1]["outcome"]) {
  const lines: string[] = [];
  const observed: object[] = [];
  const log = createLogger({ name: "worker", level: "info", destination: { write: (line) => void lines.push(line) } });
  attemptNoter(log, { attempted: (facts) => observed.push(facts) })(
    { event, click, lane: "fast" },
    { attempt, outcome },
  );
  return { lines, line: JSON.parse(lines[0] ?? "{}"), observed };
}

test("an attempt is one line that says what happened, to whom it belongs, and nothing of a person", () => {
  const { lines, line } = noted({ status: "rejected", reason: "meta_click_unknown" });
  expect(lines).toHaveLength(1);
  const { time: _time, pid: _pid, name: _name, level: _level, ...facts } = line;
  expect(facts).toEqual({
    msg: "delivery.attempted",
    event: event.id,
    account: event.accountId,
    eventName: "Purchase",
    generation: 0,
    attempt: 2,
    trigger: "manual",
    batchSize: 40,
    status: "rejected",
    reason: "meta_click_unknown",
    httpStatus: 400,
    code: 100,
    subcode: 2_804_087,
    fbtraceId: "A1",
    durationMs: 250,
    mayHaveArrived: false,
    spent: true,
    sinceAcceptedMs: 5_250,
  });
  expect(lines.join("")).not.toMatch(CANARIES);
});

test("a retry says when", () => {
  const dueAt = new Date("2026-11-20T12:01:00Z");
  expect(noted({ status: "retry_scheduled", reason: "meta_unavailable", dueAt }).line.dueAt).toBe(dueAt.toISOString());
});

test("whoever counts learns the times of a delivery, and that the others are none", () => {
  const endedAt = new Date("2026-11-20T12:00:05.250Z");
  const times = { eventTime: event.eventTime, acceptedAt: ACCEPTED_AT, endedAt };
  const facts = { trigger: "manual", mayHaveArrived: false, ...times };
  expect(noted({ status: "delivered", reason: null }).observed).toEqual([{ ...facts, delivered: true }]);
  expect(noted({ status: "rejected", reason: "meta_click_unknown" }).observed).toEqual([
    { ...facts, delivered: false },
  ]);
});
