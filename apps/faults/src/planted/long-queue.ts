import { checkJobsAreThereOnce } from "../check-jobs.ts";
import type { Cluster, ClusterOptions } from "../cluster.ts";
import { openShop, purchases } from "../shop.ts";
import type { Violation } from "../violation.ts";

export const LONG_QUEUE = { workers: 0, sandboxEnv: { SANDBOX_LATENCY_MS: "1000" } } satisfies ClusterOptions;

/** Most events are overdue, each with a live job, whenever the sweeper looks: it must leave every one of them alone. */
export async function longQueue(cluster: Cluster, events: number, seconds: number): Promise<Violation[]> {
  const shop = await openShop(cluster, "shop");
  await cluster.orders.sendBatches(purchases(cluster, shop, events));
  // So slow that the queue stays long.
  await cluster.startWorker({ WORKER_CONCURRENCY: "10", META_BATCH_MAX_EVENTS: "10" });
  const found: Violation[] = [];
  for (let look = 0; look < seconds && found.length === 0; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    found.push(...(await checkJobsAreThereOnce(cluster)));
  }
  return found;
}
