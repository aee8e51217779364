import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 20;

/** Asks again and again until the answer is yes (true) or the time is over (false). */
export async function pollUntil(isTrue: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) return false;
    await sleep(PAUSE_MS);
  }
  return true;
}
