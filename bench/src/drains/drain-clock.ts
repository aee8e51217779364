import { setTimeout as sleep } from "node:timers/promises";
import type { Queue } from "bullmq";

/** A worker and its jobs at the start: everything queued, nothing running. */
export interface Drain {
  readonly queues: readonly Pick<Queue, "getJobCounts">[];
  /** Lets the jobs go. */
  readonly start: () => Promise<void>;
  /** Jobs to wait for; what is queued beyond them stays. */
  readonly jobs: number;
  /** Processor time so far of whatever is measured, in milliseconds, by part. */
  readonly cpuMs: () => Readonly<Record<string, number>>;
}

export interface DrainRate {
  readonly perSecond: number;
  /** Processor time per job, in microseconds, by part. */
  readonly cpuUs: Readonly<Record<string, number>>;
}

/** Somebody who drains a queue: filled while it is held back, then let go. */
export interface Drainer {
  /** Queues so many events, lets them go, and times how they drain. */
  drain(events: number): Promise<DrainRate>;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 20;
const GIVE_UP_AFTER_MS = 300_000;

/**
 * Lets a queue drain and times it: by what Redis shows, so that one yardstick fits every worker. From letting go until
 * so many jobs have ended, start and stragglers included: whoever takes all jobs at once ends none of them for a long
 * time, and all in one moment.
 */
export async function timeDrain({ queues, start, jobs, cpuMs }: Drain): Promise<DrainRate> {
  const before = await outstanding(queues);
  const cpuBefore = cpuMs();
  const beganAt = performance.now();
  await start();
  let done = 0;
  while (done < jobs) {
    if (performance.now() - beganAt > GIVE_UP_AFTER_MS) throw new Error(`${jobs - done} of ${jobs} jobs do not end`);
    await sleep(LOOK_EVERY_MS);
    done = before - (await outstanding(queues));
  }
  const seconds = (performance.now() - beganAt) / 1_000;
  const cpuAfter = cpuMs();
  return {
    perSecond: done / seconds,
    cpuUs: Object.fromEntries(
      Object.entries(cpuAfter).map(([part, ms]) => [part, ((ms - (cpuBefore[part] ?? 0)) * 1_000) / done]),
    ),
  };
}

async function outstanding(queues: Drain["queues"]): Promise<number> {
  const counts = await Promise.all(
    queues.map((queue) => queue.getJobCounts("wait", "active", "delayed", "prioritized")),
  );
  return counts.flatMap((count) => Object.values(count)).reduce((sum, count) => sum + count, 0);
}
