import { randomUUID } from "node:crypto";
import { uniquePrefix } from "@capi-relay/local-services";
import { Redis } from "ioredis";
import { inject, onTestFinished } from "vitest";
import { ConversionQueue, type DeliveryJobData, DeliveryWorker, type JobEnding, type NewJob } from "../src/index.ts";

export interface TestQueue {
  readonly queue: ConversionQueue;
  readonly prefix: string;
  readonly redis: Redis;
}

/** Long enough that no job is taken for stalled while a test runs. */
const LOCK_MS = 30_000;

/** A queue of the test's own on the shared Redis, gone with everything in it when the test ends. */
export function openQueue(redisUrl = inject("redisUrl")): TestQueue {
  const prefix = uniquePrefix();
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: true });
  redis.on("error", () => {});
  const queue = new ConversionQueue({ redis, prefix }, () => {});
  onTestFinished(async () => {
    await queue.bullQueues.fast.obliterate({ force: true });
    await queue.close();
    await redis.quit();
  });
  return { queue, prefix, redis };
}

/** Starts a worker on the queue; it is closed before the queue is. */
export function startWorker(prefix: string, deliver: (job: DeliveryJobData) => Promise<JobEnding>): DeliveryWorker {
  const redis = new Redis(inject("redisUrl"), { maxRetriesPerRequest: null });
  const worker = new DeliveryWorker({
    redis,
    prefix,
    lane: "fast",
    concurrency: 10,
    lockMs: LOCK_MS,
    deliver,
    onError: () => {},
  });
  onTestFinished(async () => {
    await worker.close();
    await redis.quit();
  });
  worker.start();
  return worker;
}

export function aJob(changes: Partial<NewJob> = {}): NewJob {
  const id = `e${randomUUID().replaceAll("-", "").slice(0, 22)}`;
  return { id, generation: 0, eventName: "LeadSubmitted", dueAt: new Date(), ...changes };
}
