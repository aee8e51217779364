import { Coalescer } from "@capi-relay/coalesce";
import { type JobState, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type DeliveryJobData, type DeliveryJobResult, jobIdOf, QUEUE_NAME } from "./delivery-job.ts";

export interface QueuePlace {
  readonly redis: Redis;
  /** Keeps installations that share a Redis apart. */
  readonly prefix: string;
}

/** One life of one event, to be put on the queue. */
export interface NewJob extends DeliveryJobData {
  readonly eventName: string;
  /** Not before this moment. */
  readonly dueAt: Date;
}

/** Where a job stands: on its way, done with, or unknown to Redis. */
export type JobPlace = "underway" | "finished" | "missing";

const MAX_JOBS_PER_CALL = 1_000;
const FINISHED: readonly (JobState | "unknown")[] = ["completed", "failed"];

/** The producer's end of the queue. Callers of the same moment share one call to Redis. */
export class ConversionQueue {
  /** For Bull Board, and nothing else. */
  readonly bullQueue: Queue<DeliveryJobData, DeliveryJobResult, string>;
  readonly #redis: Redis;
  readonly #adding: Coalescer<NewJob, null>;

  constructor({ redis, prefix }: QueuePlace, onError: (error: Error) => void) {
    this.#redis = redis;
    this.bullQueue = new Queue(QUEUE_NAME, {
      connection: redis,
      prefix,
      // Only both together let a producer fail fast while Redis is away and work again once it is back.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams: { events: { maxLen: 1_000 } },
    });
    this.bullQueue.on("error", onError);
    this.#adding = new Coalescer((jobs) => this.#addAll(jobs), { maxItems: MAX_JOBS_PER_CALL, maxInFlight: 2 });
  }

  /** Puts a job on the queue; one that is already there stays as it is. Rejects while Redis is away. */
  async add(job: NewJob): Promise<void> {
    await this.#adding.submit(job);
  }

  async placeOf(job: DeliveryJobData): Promise<JobPlace> {
    const state = await this.bullQueue.getJobState(jobIdOf(job));
    if (state === "unknown") return "missing";
    return FINISHED.includes(state) ? "finished" : "underway";
  }

  /** Forgets a finished job, so that it no longer shows beside the one that took its place. */
  async forget(job: DeliveryJobData): Promise<void> {
    await this.bullQueue.remove(jobIdOf(job));
  }

  /** Rejects when Redis does not answer. */
  async ping(): Promise<void> {
    await this.#redis.ping();
  }

  async close(): Promise<void> {
    await this.#adding.drain();
    await this.bullQueue.close();
  }

  async #addAll(jobs: NewJob[]): Promise<null[]> {
    const now = Date.now();
    await this.bullQueue.addBulk(
      jobs.map((job) => ({
        name: job.eventName,
        data: { id: job.id, generation: job.generation },
        opts: delayed(jobIdOf(job), job.dueAt.getTime() - now),
      })),
    );
    return jobs.map(() => null);
  }
}

const delayed = (jobId: string, delayMs: number) => (delayMs > 0 ? { jobId, delay: delayMs } : { jobId });
