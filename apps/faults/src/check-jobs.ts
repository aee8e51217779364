import type { Cluster } from "./cluster.ts";
import { liveJobs } from "./evidence.ts";
import type { Violation } from "./violation.ts";

/** I9: an event that waits its turn has one job waiting for it, however often the sweeper comes by. */
export async function checkJobsAreThereOnce(cluster: Cluster): Promise<Violation[]> {
  const first = await jobsWaitingTwice(cluster);
  if (first.size === 0) return [];
  // The lists are read one after the other: a job that went from one to another meanwhile was seen in both, but only
  // once.
  const second = await jobsWaitingTwice(cluster);
  return [...second]
    .filter(([event]) => first.has(event))
    .map(([event, jobs]): Violation => ({ invariant: "I9", event, what: `has several jobs waiting for it: ${jobs}` }));
}

/** Events with more than one job in the lists of those that wait, and where. */
async function jobsWaitingTwice(cluster: Cluster): Promise<Map<string, string>> {
  const waiting = new Map<string, string[]>();
  for (const { jobId, list } of await liveJobs(cluster)) {
    if (list === "active") continue;
    // The event's id may hold `_` itself: the generation stands behind the last one.
    const at = jobId.lastIndexOf("_");
    const id = jobId.slice(0, at);
    const place = `generation ${jobId.slice(at + 1)} in ${list}`;
    waiting.set(id, [...(waiting.get(id) ?? []), place]);
  }
  return new Map([...waiting].filter(([, places]) => places.length > 1).map(([id, places]) => [id, places.join(", ")]));
}
