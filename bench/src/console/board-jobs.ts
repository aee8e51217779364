import { ConversionQueue, DeliveryWorker } from "@capi-relay/queue";
import { Redis } from "ioredis";

const FAILED = 10_000;
const WAITING = 30_000;
const AT_A_TIME = 5_000;

/** Fills the queue as a bad day does, and tells where Bull Board shows it. */
export async function fillBoard(redisUrl: string, prefix: string): Promise<string[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new ConversionQueue({ redis, prefix }, () => undefined);
  const fast = queue.bullQueues.fast;
  try {
    await addJobs(queue, "failed", FAILED);
    const worker = new DeliveryWorker({
      redis,
      prefix,
      lane: "fast",
      concurrency: 500,
      lockMs: 60_000,
      deliver: async () => ({ kind: "failed", status: "failed", reason: "retries_exhausted" }),
      onError: () => undefined,
    });
    worker.start();
    while ((await fast.getFailedCount()) < FAILED) await new Promise((resolve) => setTimeout(resolve, 100));
    await worker.close();
    await addJobs(queue, "waiting", WAITING);
    const name = encodeURIComponent(fast.name);
    const jobs = (status: string) => `/queues/api/queues?activeQueue=${name}&status=${status}&page=1&jobsPerPage=10`;
    return ["/queues", jobs("waiting"), jobs("failed")];
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

async function addJobs(queue: ConversionQueue, kind: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_A_TIME) {
    const some = Array.from({ length: Math.min(AT_A_TIME, count - from) }, (_, at) => from + at);
    await Promise.all(
      some.map((number) =>
        queue.add({
          id: `e${kind}${String(number).padStart(15, "0")}`,
          generation: 0,
          eventName: "Purchase",
          dueAt: new Date(),
        }),
      ),
    );
  }
}
