import { isTerminal } from "@capi-relay/contract";
import type { Attempt, ChosenClick, DeliveryOutcome } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
import { storing } from "./storage-error.ts";

/** What one turn did to an event. Without an attempt, nothing was sent. */
export interface TurnResult {
  readonly outcome: DeliveryOutcome;
  readonly attempt: Attempt | null;
  readonly click: ChosenClick | null;
}

/** What came of one event, to be written if the event still is as it was when the turn began. */
export interface OutcomeWrite {
  readonly id: string;
  readonly stillHas: mongo.Filter<EventRow>;
  /** The claim it is recorded under; null for a turn without one. */
  readonly token: string | null;
  readonly result: TurnResult;
  /** Look-up values whose click would wake the event, if it is to wait for one. */
  readonly waitsFor: readonly string[];
}

/**
 * Writes all outcomes in one command, and tells of each whether it found its event; of those without a token nobody
 * asks.
 */
export async function writeOutcomes(
  events: mongo.Collection<EventRow>,
  writes: readonly OutcomeWrite[],
): Promise<boolean[]> {
  const operations = outcomeOperations(writes);
  const { matchedCount } = await storing(() => events.bulkWrite(operations, { ordered: false }));
  if (matchedCount === writes.length) return writes.map(() => true);
  return whoLanded(events, writes);
}

/** The command only counts what it found, so each event is asked for the token its outcome was recorded by. */
async function whoLanded(events: mongo.Collection<EventRow>, writes: readonly OutcomeWrite[]): Promise<boolean[]> {
  const tokens = writes.flatMap(({ token }) => (token === null ? [] : [token]));
  const ids = writes.flatMap(({ id, token }) => (token === null ? [] : [id]));
  const rows = await storing(() =>
    events
      .find(
        { _id: { $in: ids }, recordedBy: { $in: [...new Set(tokens)] } },
        { projection: { recordedBy: 1 }, readPreference: "primary" },
      )
      .toArray(),
  );
  const recordedBy = new Map(rows.map((row) => [row._id, row.recordedBy]));
  return writes.map(({ id, token }) => token === null || recordedBy.get(id) === token);
}

/** Events that ended alike are written together. */
function outcomeOperations(writes: readonly OutcomeWrite[]): mongo.AnyBulkWriteOperation<EventRow>[] {
  const alike = Map.groupBy(writes, ({ stillHas, token, result: { outcome, attempt, click } }) =>
    JSON.stringify([stillHas, token, outcome, attempt, click === null]),
  );
  return [...alike.values()].map(writeTogether);
}

/**
 * The events of one request end alike, all but their clicks. As one update that finds each one's click in a list, they
 * cost MongoDB a third of what an update each would.
 */
function writeTogether(together: readonly OutcomeWrite[]): mongo.AnyBulkWriteOperation<EventRow> {
  const [{ stillHas, token, result }] = together as [OutcomeWrite];
  const { outcome, attempt, click } = result;
  const ids = together.map(({ id }) => id);
  const ofEach = (values: readonly unknown[]) => ({
    $arrayElemAt: [{ $literal: values }, { $indexOfArray: [{ $literal: ids }, "$_id"] }],
  });
  // These are expressions, so what comes from outside is marked as literal: no "$" in it must mean anything.
  const set = {
    ...outcomeFields(outcome, attempt),
    claim: "$$REMOVE",
    waitsFor: outcome.status === "waiting_click" ? ofEach(together.map(({ waitsFor }) => waitsFor)) : "$$REMOVE",
    ...(token === null ? {} : { recordedBy: token }),
    ...(click === null ? {} : { click: unlessErased(ofEach(together.map((one) => one.result.click))) }),
  };
  return { updateMany: { filter: { _id: { $in: ids }, ...stillHas }, update: [{ $set: set }] } };
}

/** What a turn makes of any row, as expressions. */
export function outcomeFields(outcome: DeliveryOutcome, attempt: Attempt | null): mongo.Document {
  return {
    status: outcome.status,
    reason: outcome.reason,
    ...("dueAt" in outcome ? { dueAt: outcome.dueAt } : {}),
    // By that they are let go: the most urgent first, whenever they came.
    ...(outcome.status === "held" ? { dueAt: "$expiresAt" } : {}),
    ...(isTerminal(outcome.status) ? { endedAt: "$$NOW" } : {}),
    ...(attempt === null ? {} : { starts: 0, nextTrigger: "scheduled", attempts: withAttempt(attempt) }),
  };
}

/** Of a contact that was forgotten while its event was away, no click comes back. */
export function unlessErased(click: mongo.Document): mongo.Document {
  return { $cond: [{ $eq: ["$retained", false] }, "$click", click] };
}

/** As an expression, for updates that are pipelines. */
export function withAttempt(attempt: Attempt): mongo.Document {
  return { $concatArrays: ["$attempts", [{ $literal: attempt }]] };
}
