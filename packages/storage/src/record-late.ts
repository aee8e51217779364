import type { EventReason, EventStatus } from "@capi-relay/contract";
import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
import { TAKEN_AWAY } from "./event-statuses.ts";
import { NOTE_LEFT_ENDING } from "./left-ending.ts";
import { storing } from "./storage-error.ts";
import { outcomeFields, type TurnResult, unlessErased, withAttempt } from "./write-outcomes.ts";

/** Answers of Meta that it has not taken the event and never will. */
const REFUSED_FOR_GOOD: readonly EventStatus[] = ["rejected", "expired", "skipped"];

/** What the sweeper says of an attempt that may have arrived when it takes the event away. */
const INTERRUPTED: readonly EventReason[] = ["worker_interrupted", "quarantined"];

/**
 * A refusal is about its own request: it says nothing of one that left since, nor against a person who wants the event
 * sent again.
 */
const NOTHING_SINCE: mongo.Filter<EventRow> = {
  nextTrigger: { $ne: "manual" },
  $expr: { $in: [{ $last: "$attempts.reason" }, INTERRUPTED] },
};

/** The interrupted attempt and the late answer are about the same request, and that has not arrived. */
const END_ITS_DOUBT = {
  $set: {
    attempts: {
      $concatArrays: [
        { $slice: ["$attempts", { $subtract: [{ $size: "$attempts" }, 1] }] },
        [{ $mergeObjects: [{ $last: "$attempts" }, { mayHaveArrived: false }] }],
      ],
    },
  },
} as const;

/**
 * Records what came of an event whose claim is gone, because the sweeper took it away. The attempt is kept, and a clean
 * delivery ends the event, unless another worker is sending it again by now or has lost it to the sweeper since. So
 * does a refusal for good, unless the event was sent again at all. Any other refusal ends the doubt about the request,
 * and where a person would have to decide about that, the event goes on as if the answer had come in time.
 */
export async function recordLate(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  result: TurnResult,
): Promise<void> {
  if (await endCleanly(events, id, token, result)) return;
  if (await goOnRefused(events, id, token, result)) return;
  const attempts = result.attempt === null ? {} : { $push: { attempts: result.attempt } };
  await storing(() =>
    events.updateOne({ _id: id, recordedBy: { $ne: token } }, { $set: { recordedBy: token }, ...attempts }),
  );
}

async function endCleanly(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  result: TurnResult,
): Promise<boolean> {
  const { status } = result.outcome;
  const isRefused = REFUSED_FOR_GOOD.includes(status);
  if (status !== "delivered" && !isRefused) return false;
  const isAway = { _id: id, takenFrom: token, status: { $in: TAKEN_AWAY } };
  const { modifiedCount } = await storing(() =>
    events.updateOne({ ...isAway, ...(isRefused ? NOTHING_SINCE : {}) }, [
      NOTE_LEFT_ENDING,
      ...(isRefused ? [END_ITS_DOUBT] : []),
      ...becoming(token, result),
    ]),
  );
  return modifiedCount === 1;
}

/**
 * Meta has not taken the event, but may next time. Where the event has its next try already, that stays as it is:
 * another time for it would be a second job.
 */
async function goOnRefused(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  result: TurnResult,
): Promise<boolean> {
  const { attempt, outcome } = result;
  if (attempt === null || attempt.mayHaveArrived || outcome.status === "delivered") return false;
  const isAway = { _id: id, takenFrom: token, ...NOTHING_SINCE };
  // Of a contact that was forgotten meanwhile, nothing goes on.
  const isOpen = { status: "outcome_unknown", retained: true } as const;
  const { modifiedCount: goesOn } = await storing(() =>
    events.updateOne({ ...isAway, ...isOpen }, [END_ITS_DOUBT, ...becoming(token, result)]),
  );
  if (goesOn === 1) return true;
  const { modifiedCount: isKept } = await storing(() =>
    events.updateOne({ ...isAway, status: { $in: TAKEN_AWAY } }, [
      END_ITS_DOUBT,
      { $set: { recordedBy: { $literal: token }, attempts: withAttempt(attempt) } },
    ]),
  );
  return isKept === 1;
}

/** The stages that make of a row what it would be had the answer come in time, in a new life. */
function becoming(token: string, { outcome, attempt, click }: TurnResult): object[] {
  return [
    {
      $set: {
        ...outcomeFields(outcome, attempt),
        starts: 0,
        recordedBy: { $literal: token },
        click: unlessErased({ $literal: click }),
        generation: { $add: ["$generation", 1] },
      },
    },
    { $unset: ["waitsFor"] },
  ];
}
