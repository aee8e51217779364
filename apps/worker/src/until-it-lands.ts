import { setTimeout as sleep } from "node:timers/promises";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Repeats a write until it succeeds, with pauses that double up to five seconds. Only the end of the process stops it.
 */
export async function untilItLands(write: () => Promise<void>, onFailure: (error: unknown) => void): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      onFailure(error);
      await sleep(pauseMs, undefined, { ref: false });
    }
  }
}
