import { jobIdOf, LANES } from "@capi-relay/queue";
import type { EventRef } from "@capi-relay/storage";
import { BOARD_PATH } from "../../board/board-path.ts";
import type { RetryPorts } from "../../board/retry-job.ts";

/** Where the board shows the job of an event; null when there is none, or Redis does not answer. */
export async function jobPathOf(
  event: EventRef,
  { bullQueues }: Pick<RetryPorts["queue"], "bullQueues">,
): Promise<string | null> {
  const id = jobIdOf(event);
  try {
    const states = await Promise.all(LANES.map((lane) => bullQueues[lane].getJobState(id)));
    const lane = LANES.find((_, index) => states[index] !== "unknown");
    if (lane === undefined) return null;
    return `${BOARD_PATH}/queue/${encodeURIComponent(bullQueues[lane].name)}/${encodeURIComponent(id)}`;
  } catch {
    return null;
  }
}
