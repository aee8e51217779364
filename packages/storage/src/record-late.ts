import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
import { TAKEN_AWAY } from "./event-statuses.ts";
import { asConstants, NOTE_LEFT_ENDING } from "./left-ending.ts";
import { storing } from "./storage-error.ts";
import { type TurnResult, unlessErased, withAttempt } from "./write-outcomes.ts";

/**
 * Records what came of an event whose claim is gone, because the sweeper took it away. The attempt is kept, and a clean
 * delivery ends the event, unless another worker is sending it again by now or has lost it to the sweeper since.
 */
export async function recordLate(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  result: TurnResult,
): Promise<void> {
  if (result.outcome.status === "delivered" && (await endAsDelivered(events, id, token, result))) return;
  const attempts = result.attempt === null ? {} : { $push: { attempts: result.attempt } };
  await storing(() =>
    events.updateOne({ _id: id, recordedBy: { $ne: token } }, { $set: { recordedBy: token }, ...attempts }),
  );
}

async function endAsDelivered(
  events: mongo.Collection<EventRow>,
  id: string,
  token: string,
  { attempt, click }: TurnResult,
): Promise<boolean> {
  const { modifiedCount } = await storing(() =>
    events.updateOne({ _id: id, takenFrom: token, status: { $in: TAKEN_AWAY } }, [
      NOTE_LEFT_ENDING,
      {
        $set: {
          ...asConstants({ status: "delivered", reason: null, starts: 0, recordedBy: token }),
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
