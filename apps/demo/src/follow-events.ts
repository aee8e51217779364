import { setTimeout as sleep } from "node:timers/promises";
import type { ConversionStory, EventStatus } from "@capi-relay/contract";
import { mustCall, type Stack } from "@capi-relay/local-stack";
import { atMost } from "./at-most.ts";

/** What the demo reads of a story. */
export type SeenStory = Pick<ConversionStory, "id" | "status" | "reason" | "attempts" | "click">;

const AT_A_TIME = 20;
const PAUSE_MS = 200;

/**
 * Asks for the stories of these events until `isOver` says yes of each, or the time is over. Answers the last stories
 * seen.
 */
export async function followEvents(
  ids: readonly string[],
  isOver: (story: SeenStory) => boolean,
  { apiUrl, secrets }: Stack,
  { timeoutMs, onSeen }: { readonly timeoutMs: number; readonly onSeen?: (over: number) => void },
): Promise<ReadonlyMap<string, SeenStory>> {
  const deadline = performance.now() + timeoutMs;
  const stories = new Map<string, SeenStory>();
  let open = [...ids];
  while (open.length > 0 && performance.now() < deadline) {
    await atMost(AT_A_TIME, open, async (id) => {
      const story = await mustCall("GET", `${apiUrl}/v1/whatsapp/conversions/${id}`, secrets.ADMIN_API_KEY);
      stories.set(id, story as SeenStory);
    });
    open = open.filter((id) => {
      const story = stories.get(id);
      return story === undefined || !isOver(story);
    });
    onSeen?.(ids.length - open.length);
    if (open.length > 0) await sleep(PAUSE_MS);
  }
  return stories;
}

const MAY_STILL_CHANGE: readonly EventStatus[] = ["queued", "waiting_click", "held", "sending", "retry_scheduled"];

/** Nothing happens to it any more without a person. */
export function hasEnded({ status }: SeenStory): boolean {
  return !MAY_STILL_CHANGE.includes(status);
}
