import type { AttemptTrigger, EventReason, EventStatus } from "@capi-relay/contract";
import type { Attempt, ChosenClick, ContactKeys, ConversionEvent, PurchaseDetails } from "@capi-relay/domain";
import { Schema } from "mongoose";
import type { LeftEnding } from "./left-ending.ts";

/** A worker's hold on an event: whoever shows the token may record its outcome. */
export interface Claim {
  readonly token: string;
  /** By MongoDB's clock: after this moment the sweeper may take the event over. */
  readonly until: Date;
  readonly startedAt: Date;
  /** Noted only in the lane of one: false until just before the request, so that a crash before it harmed nobody. */
  readonly departed?: boolean;
}

/** One document of `events`, the ledger. */
export interface EventRow {
  readonly _id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly testCode: string | null;
  readonly contact: ContactKeys;
  /** The hashed personal data as sealed JSON; absent when there is none, or once retention has removed it. */
  readonly personal?: string;
  /** True while the row holds anything that could point to a person: sealed data, look-up keys, a click id. */
  readonly retained: boolean;
  readonly details: PurchaseDetails;
  readonly fingerprint: string;
  readonly eventTimeGiven: boolean;
  readonly eventTime: Date;
  readonly acceptedAt: Date;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  readonly status: EventStatus;
  readonly reason: EventReason | null;
  readonly generation: number;
  readonly claim?: Claim;
  /** Turns that were claimed and never recorded, in a row: workers died during them. */
  readonly starts: number;
  /** The token of the last claim whose outcome was recorded, and of the last one the sweeper took away. */
  readonly recordedBy?: string;
  readonly takenFrom?: string;
  /** Look-up values whose click would wake the event; present exactly while it is `waiting_click`. */
  readonly waitsFor?: readonly string[];
  readonly click: ChosenClick | null;
  readonly attempts: readonly Attempt[];
  readonly nextTrigger: AttemptTrigger;
  readonly endedAt: Date | null;
  readonly sandbox: boolean;
  /** Endings this event had before it went on; absent for all that stayed where they ended. */
  readonly leftEndings?: readonly LeftEnding[];
  /** Invented for a look at the console: such a row never becomes queued, so nothing of it is ever sent. */
  readonly sample?: true;
}

/** What the ledger hands out: the event, and what only the ledger itself needs to know of it. */
export interface LedgerEvent extends ConversionEvent {
  readonly eventTimeGiven: boolean;
  readonly starts: number;
  readonly sample?: true;
}

/** How personal data travels into and out of a row. */
export interface PersonalDataSeal {
  seal(plaintext: string, context: string): string;
  open(sealed: string, context: string): string;
}

export function rowOf(event: LedgerEvent, vault: PersonalDataSeal): EventRow {
  const { id, personal, ...rest } = event;
  const isEmpty = Object.keys(personal).length === 0;
  return {
    _id: id,
    ...rest,
    retained: true,
    ...(isEmpty ? {} : { personal: vault.seal(JSON.stringify(personal), event.accountId) }),
  };
}

export function eventOf(row: EventRow, vault: PersonalDataSeal): LedgerEvent {
  const {
    _id,
    personal,
    claim: _claim,
    waitsFor: _waitsFor,
    recordedBy: _by,
    takenFrom: _from,
    retained: _retained,
    leftEndings: _leftEndings,
    ...rest
  } = row;
  return { id: _id, ...rest, personal: personal === undefined ? {} : JSON.parse(vault.open(personal, row.accountId)) };
}

/**
 * A projection for whoever need not know who somebody is: one row that no key opens any more must not stop the reading of the
 * others.
 */
export const WITHOUT_PERSONAL_DATA = { personal: 0 } as const;

/**
 * Where events stand that took any other way than the straight one: stored, sent, delivered. Every one of them has a reason,
 * and the others have none, but for a queued one whose worker stopped.
 */
export const ASTRAY: EventStatus[] = [
  "waiting_click",
  "held",
  "retry_scheduled",
  "outcome_unknown",
  "rejected",
  "failed",
  "skipped",
  "expired",
  "cancelled",
];
/** Endings that a person may order to be retried in bulk: what Meta counted, or may have, is not among them. */
export const RETRYABLE: EventStatus[] = ["rejected", "failed", "skipped"];
/** What the sweeper and the metrics look at. */
export const UNFINISHED: EventStatus[] = [
  "queued",
  "waiting_click",
  "held",
  "sending",
  "retry_scheduled",
  "outcome_unknown",
];

/**
 * Rows are written by us alone and shaped by `EventRow`; the schema is here for its indexes and for whoever reads the
 * database by hand.
 */
export const eventSchema = new Schema(
  {
    _id: { type: String, required: true },
    accountId: { type: String, required: true },
    eventId: { type: String, required: true },
    status: { type: String, required: true },
    dueAt: { type: Date, required: true },
  },
  { collection: "events", strict: false, versionKey: false },
);

// What the sweeper walks: only unfinished rows, so the index stays as small as the backlog.
eventSchema.index(
  { status: 1, dueAt: 1, _id: 1 },
  { name: "unfinished_by_due", partialFilterExpression: { status: { $in: UNFINISHED } } },
);
// What retention walks (ended rows that still point to somebody), and what counts endings by hour. A row enters it once, when it
// ends: queries must say that they mean ended rows, see `ENDED`.
eventSchema.index(
  { retained: 1, endedAt: 1 },
  { name: "by_ending", partialFilterExpression: { endedAt: { $gt: new Date(0) } } },
);
// Which hours have an ending less: only redriven rows are in it.
eventSchema.index({ "leftEndings.at": 1 }, { name: "left_endings", sparse: true });
eventSchema.index({ waitsFor: 1 }, { name: "waiting_for_click", sparse: true });
// What lists walk. The name stands at the end of the keys so that a rare one is found without reading every event.
eventSchema.index({ accountId: 1, acceptedAt: -1, _id: -1, eventName: 1 }, { name: "listed_by_account" });
eventSchema.index({ acceptedAt: -1, _id: -1, eventName: 1 }, { name: "listed" });
// Few go astray among very many that do not: an event that is simply delivered never costs these two a write. Two, because
// what few events of a quiet account have in common must not be looked for among those of a busy one.
const OF_ASTRAY = { partialFilterExpression: { status: { $in: ASTRAY } } };
eventSchema.index({ status: 1, acceptedAt: -1, _id: -1, reason: 1 }, { name: "listed_astray", ...OF_ASTRAY });
eventSchema.index(
  { accountId: 1, status: 1, acceptedAt: -1, _id: -1, reason: 1 },
  { name: "listed_astray_by_account", ...OF_ASTRAY },
);
// Names are few, and some of them rare: a list of one must not look through everything else.
eventSchema.index({ eventName: 1, acceptedAt: -1, _id: -1 }, { name: "listed_by_name" });
// What a bulk retry would do is added up from these keys alone: only what ended badly is in it, so it costs few events a write.
const OF_RETRYABLE = { partialFilterExpression: { status: { $in: RETRYABLE } } };
const PLANNED_BY = {
  eventName: 1,
  endedAt: 1,
  expiresAt: 1,
  sample: 1,
  "details.currency": 1,
  "details.value": 1,
} as const;
eventSchema.index(
  { status: 1, reason: 1, acceptedAt: 1, accountId: 1, ...PLANNED_BY },
  { name: "retry_plan", ...OF_RETRYABLE },
);
eventSchema.index(
  { accountId: 1, status: 1, reason: 1, acceptedAt: 1, ...PLANNED_BY },
  { name: "retry_plan_by_account", ...OF_RETRYABLE },
);
// Which of those Meta may hold already: very few, and the keys of the plan cannot tell.
eventSchema.index(
  { acceptedAt: 1 },
  {
    name: "retry_plan_arrived",
    partialFilterExpression: { status: { $in: RETRYABLE }, "attempts.mayHaveArrived": true },
  },
);
// What people search by. Partial, so that an event costs only what it has: mostly one contact, and an order if it is one.
eventSchema.index(
  { "details.orderId": 1 },
  { name: "by_order", partialFilterExpression: { "details.orderId": { $gt: "" } } },
);
eventSchema.index(
  { "attempts.traceId": 1 },
  { name: "by_trace", partialFilterExpression: { "attempts.traceId": { $gt: "" } } },
);
for (const key of ["phoneKey", "conversationId", "bsuidKey"] as const)
  eventSchema.index(
    { [`contact.${key}`]: 1 },
    { name: `by_contact_${key}`, partialFilterExpression: { [`contact.${key}`]: { $gt: "" } } },
  );
