import type { EventReason, EventStatus } from "@capi-relay/contract";
import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
import { TAKEN_AWAY } from "./event-statuses.ts";
import { asConstants, NOTE_LEFT_ENDING } from "./left-ending.ts";
import { storing } from "./storage-error.ts";
import { type TurnResult, unlessErased, withAttempt } from "./write-outcomes.ts";

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
 * does a refusal for good, unless the event was sent again at all.
 */
export async function recordLate(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  result: TurnResult,
): Promise<void> {
  if (await endCleanly(events, id, token, result)) return;
  const attempts = result.attempt === null ? {} : { $push: { attempts: result.attempt } };
  await storing(() =>
    events.updateOne({ _id: id, recordedBy: { $ne: token } }, { $set: { recordedBy: token }, ...attempts }),
  );
}

async function endCleanly(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  { outcome: { status, reason }, attempt, click }: TurnResult,
): Promise<boolean> {
  const isRefused = REFUSED_FOR_GOOD.includes(status);
  if (status !== "delivered" && !isRefused) return false;
  const isAway = { _id: id, takenFrom: token, status: { $in: TAKEN_AWAY } };
  const { modifiedCount } = await storing(() =>
    events.updateOne({ ...isAway, ...(isRefused ? NOTHING_SINCE : {}) }, [
      NOTE_LEFT_ENDING,
      ...(isRefused ? [END_ITS_DOUBT] : []),
      {
        $set: {
          ...asConstants({ status, reason, starts: 0, recordedBy: token }),
          click: unlessErased({ $literal: click }),
          generation: { $add: ["$generation", 1] },
          endedAt: "$$NOW",
          ...(attempt === null ? {} : { attempts: withAttempt(attempt) }),
        },
      },
      { $unset: ["waitsFor"] },
    ]),
  );
  return modifiedCount === 1;
}
