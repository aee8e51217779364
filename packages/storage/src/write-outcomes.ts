import { isTerminal } from "@capi-relay/contract";
import type { Attempt, ChosenClick, DeliveryOutcome } from "@capi-relay/domain";
import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";

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

/** All writes as operations of one command: events that ended alike are written together. */
export function outcomeOperations(writes: readonly OutcomeWrite[]): mongo.AnyBulkWriteOperation<EventRow>[] {
  const alike = Map.groupBy(writes, ({ stillHas, token, result: { outcome, attempt, click } }) =>
    JSON.stringify([stillHas, token, outcome, attempt, click === null]),
  );
  return [...alike.values()].map(writeTogether);
}

/**
 * The events of one request end alike, all but their clicks. As one update that finds each one's click in a list, they cost
 * MongoDB a third of what an update each would.
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
    status: outcome.status,
    reason: outcome.reason,
    claim: "$$REMOVE",
    waitsFor: outcome.status === "waiting_click" ? ofEach(together.map(({ waitsFor }) => waitsFor)) : "$$REMOVE",
    ...(token === null ? {} : { recordedBy: token }),
    ...("dueAt" in outcome ? { dueAt: outcome.dueAt } : {}),
    ...(click === null ? {} : { click: ofEach(together.map((one) => one.result.click)) }),
    ...(isTerminal(outcome.status) ? { endedAt: "$$NOW" } : {}),
    ...(attempt === null ? {} : { starts: 0, nextTrigger: "scheduled", attempts: withAttempt(attempt) }),
  };
  return { updateMany: { filter: { _id: { $in: ids }, ...stillHas }, update: [{ $set: set }] } };
}

function withAttempt(attempt: Attempt): mongo.Document {
  return { $concatArrays: ["$attempts", [{ $literal: attempt }]] };
}
