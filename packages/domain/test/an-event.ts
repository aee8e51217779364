import type { Attempt, ContactKeys, ConversionEvent, Opened } from "../src/index.ts";

export const NOON = new Date("2026-11-20T12:00:00Z");
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function after(ms: number, start: Date = NOON): Date {
  return new Date(start.getTime() + ms);
}

export const NOBODY: ContactKeys = {
  conversationId: null,
  bsuidKey: null,
  phoneKey: null,
  phoneVariantKeys: [],
  ctwaClid: null,
};

export function anEvent(changes: Partial<ConversionEvent> = {}): Opened {
  return {
    id: "eAAAAAAAAAAAAAAAAAAAAAA",
    accountId: "acct42",
    eventId: "acct42:conv-77:LeadSubmitted",
    eventName: "LeadSubmitted",
    testCode: null,
    contact: NOBODY,
    details: { value: null, currency: null, orderId: null, contentIds: null, contents: null, numItems: null },
    fingerprint: "f",
    eventTime: NOON,
    acceptedAt: NOON,
    dueAt: NOON,
    expiresAt: after(7 * DAY - 5 * MINUTE),
    status: "queued",
    reason: null,
    generation: 0,
    click: null,
    attempts: [],
    nextTrigger: "scheduled",
    endedAt: null,
    sandbox: false,
    ...changes,
    personal: changes.personal ?? {},
  };
}

export function anAttempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    trigger: "scheduled",
    startedAt: NOON,
    durationMs: 100,
    batchSize: 1,
    httpStatus: 500,
    code: 2,
    subcode: null,
    traceId: null,
    outcome: "retry_scheduled",
    reason: "meta_unavailable",
    mayHaveArrived: false,
    spent: true,
    metaTitle: null,
    metaMessage: null,
    ...changes,
  };
}
