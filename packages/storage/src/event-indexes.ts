import { Schema } from "mongoose";
import { ASTRAY, ENDED_ASTRAY, RETRYABLE, UNFINISHED } from "./event-statuses.ts";

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
/**
 * To stand in queries for some unfinished rows: MongoDB takes a partial index for a choice of its statuses only when
 * the query names all of them, too.
 */
export const WALKS_THE_UNFINISHED = { $and: [{ status: { $in: UNFINISHED } }] };

// What retention walks (ended rows that still point to somebody), and what counts endings by hour. A row enters it
// once, when it ends: queries must say that they mean ended rows, see `ENDED`.
eventSchema.index(
  { retained: 1, endedAt: 1 },
  { name: "by_ending", partialFilterExpression: { endedAt: { $gt: new Date(0) } } },
);
/** To stand in queries for ended rows: said aloud, because their index holds no others and begins with `retained`. */
export const ENDED = { retained: { $in: [true, false] } };

// Which hours have an ending less: only redriven rows are in it.
eventSchema.index({ "leftEndings.at": 1 }, { name: "left_endings", sparse: true });
eventSchema.index({ waitsFor: 1 }, { name: "waiting_for_click", sparse: true });
// What lists walk. The name stands at the end of the keys so that a rare one is found without reading every event.
eventSchema.index({ accountId: 1, acceptedAt: -1, _id: -1, eventName: 1 }, { name: "listed_by_account" });
eventSchema.index({ acceptedAt: -1, _id: -1, eventName: 1 }, { name: "listed" });
// Few go astray among very many that do not: an event that is simply delivered never costs these two a write. Two,
// because what few events of a quiet account have in common must not be looked for among those of a busy one.
const OF_ASTRAY = { partialFilterExpression: { status: { $in: ASTRAY } } };
eventSchema.index({ status: 1, acceptedAt: -1, _id: -1, reason: 1 }, { name: "listed_astray", ...OF_ASTRAY });
eventSchema.index(
  { accountId: 1, status: 1, acceptedAt: -1, _id: -1, reason: 1 },
  { name: "listed_astray_by_account", ...OF_ASTRAY },
);
// What came to a bad end in a certain time. One for all accounts, to spare those events a write: of a quiet account the
// keys of all are looked through, but no rows.
eventSchema.index(
  { status: 1, endedAt: -1, _id: -1, reason: 1, accountId: 1 },
  { name: "ended_astray", partialFilterExpression: { status: { $in: ENDED_ASTRAY } } },
);
// Names are few, and some of them rare: a list of one must not look through everything else.
eventSchema.index({ eventName: 1, acceptedAt: -1, _id: -1 }, { name: "listed_by_name" });
// What a bulk retry would do is added up from these keys alone: only what ended badly is in it, so it costs few events
// a write.
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
// Which of them are tests: few, and figures leave them out.
eventSchema.index(
  { acceptedAt: 1, testCode: 1 },
  {
    name: "retry_plan_tests",
    partialFilterExpression: { status: { $in: RETRYABLE }, testCode: { $gt: "" } },
  },
);
// What people search by. Partial, so that an event costs only what it has: mostly one contact, and an order if it is
// one.
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
