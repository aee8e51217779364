import type { Cluster } from "./cluster.ts";
import { liveJobs } from "./evidence.ts";
import type { Violation } from "./violation.ts";

/** I9: an event that waits its turn has one job waiting for it, however often the sweeper comes by. */
export async function checkJobsAreThereOnce(cluster: Cluster): Promise<Violation[]> {
  const waiting = new Map<string, number>();
  for (const { jobId, list } of await liveJobs(cluster)) {
    if (list === "active") continue;
    // The event's id may hold `_` itself: the generation stands behind the last one.
    const id = jobId.slice(0, jobId.lastIndexOf("_"));
    waiting.set(id, (waiting.get(id) ?? 0) + 1);
  }
  return [...waiting]
    .filter(([, jobs]) => jobs > 1)
    .map(([event, jobs]): Violation => ({ invariant: "I9", event, what: `has ${jobs} jobs waiting for it` }));
}
