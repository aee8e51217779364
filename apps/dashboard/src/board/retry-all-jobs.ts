import type { Lane } from "@capi-relay/queue";
import { type Retried, type RetryPorts, retryJob } from "./retry-job.ts";

export interface RetryAllLimits {
  /** Jobs looked at in one go; the queue keeps no more finished ones than this. */
  readonly maxJobs: number;
  /** Jobs in work at the same time. */
  readonly inFlight: number;
  /** No new ones are begun after this many milliseconds: the browser waits for the answer. */
  readonly budgetMs: number;
}

export const RETRY_ALL_LIMITS: RetryAllLimits = { maxJobs: 50_000, inFlight: 100, budgetMs: 20_000 };

export interface RetryAllResult {
  readonly retried: number;
  /** The events that were sent again. */
  readonly eventIds: readonly string[];
  /** Left as they are, because the ledger said no. */
  readonly refused: number;
  /** Tries that broke off, as when a store went away meanwhile: most likely left as they are. */
  readonly failed: number;
  /** Not looked at any more. */
  readonly left: number;
}

/**
 * Sends the events of all jobs of one status in one lane again. The ids are read once: refused jobs stay in their set,
 * and whoever reads its head again and again would never reach the end. One that breaks off stops none of the others.
 * @throws What the first one broke off by, if nothing at all could be done.
 */
export async function retryAllJobs(
  status: "failed" | "completed",
  lane: Lane,
  ports: RetryPorts,
  { maxJobs, inFlight, budgetMs }: RetryAllLimits,
): Promise<RetryAllResult> {
  const ids = await ports.queue.bullQueues[lane].getRanges([status], 0, maxJobs - 1, true);
  const until = performance.now() + budgetMs;
  let next = 0;
  const counts: Record<Retried["kind"], number> = { requeued: 0, refused: 0 };
  const failures: unknown[] = [];
  const eventIds: string[] = [];
  const workThrough = async (): Promise<void> => {
    while (performance.now() < until) {
      const id = ids[next++];
      if (id === undefined) return;
      try {
        const result = await retryJob(id, lane, ports);
        counts[result.kind] += 1;
        if (result.kind === "requeued") eventIds.push(result.eventId);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, workThrough));
  if (failures.length > 0 && counts.requeued + counts.refused === 0) throw failures[0];
  return {
    retried: counts.requeued,
    eventIds,
    refused: counts.refused,
    failed: failures.length,
    left: ids.length - counts.requeued - counts.refused - failures.length,
  };
}
