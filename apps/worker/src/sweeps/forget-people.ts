import type { ConversationStore, EventEraser } from "@capi-relay/storage";

export interface ForgetPorts {
  readonly conversations: Pick<ConversationStore, "toForgetLater" | "forgotEvents">;
  readonly eraser: Pick<EventEraser, "eraseRested" | "eraseEnded">;
  readonly retentionDays: number;
  readonly now: () => Date;
}

const DAY_MS = 86_400_000;
const EVENTS_PER_SWEEP = 2_000;
const CONVERSATIONS_PER_SWEEP = 500;

/** Takes people out of events that ended long ago. */
export async function forgetAfterRetention({ eraser, retentionDays, now }: ForgetPorts): Promise<number> {
  return eraser.eraseEnded(new Date(now().getTime() - retentionDays * DAY_MS), EVENTS_PER_SWEEP);
}

/** Erases people from events that were on their way when somebody asked to be forgotten. */
export async function finishErasures({ conversations, eraser, now }: ForgetPorts): Promise<number> {
  let finished = 0;
  for (const { id, eventIds } of await conversations.toForgetLater(CONVERSATIONS_PER_SWEEP)) {
    const stillOnTheirWay = await eraser.eraseRested(eventIds, now());
    const rested = eventIds.filter((eventId) => !stillOnTheirWay.includes(eventId));
    // Only those: another erasure may have noted more meanwhile.
    await conversations.forgotEvents(id, rested);
    finished += rested.length;
  }
  return finished;
}
