import { Coalescer } from "@capi-relay/coalesce";
import { type Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import {
  type DeliveryJobData,
  type DeliveryJobResult,
  jobIdOf,
  LANES,
  type Lane,
  QUEUE_NAMES,
} from "./delivery-job.ts";

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

type BullQueue = Queue<DeliveryJobData, DeliveryJobResult, string>;

const PING_KEPT_SECONDS = 60;
const MAX_JOBS_PER_CALL = 1_000;
/**
 * Jobs that may wait for a Redis that does not answer. Those beyond are refused at once: the ledger has their events.
 */
const MAX_JOBS_WAITING = 20_000;

const LIMITS = { maxItems: MAX_JOBS_PER_CALL, maxInFlight: 2, maxDepth: MAX_JOBS_WAITING };
const COUNTED_STATES = ["waiting", "active", "delayed", "completed", "failed"] as const;

/** The producer's end of the queue. Callers of the same moment share one call to Redis. */
export class ConversionQueue {
  /** For whoever looks at jobs, as Bull Board does; jobs are added by `add` alone. */
  readonly bullQueues: Readonly<Record<Lane, BullQueue>>;
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #adding: Readonly<Record<Lane, Coalescer<NewJob, null>>>;

  constructor({ redis, prefix }: QueuePlace, onError: (error: Error) => void) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.bullQueues = perLane((lane) => openQueue(QUEUE_NAMES[lane], { redis, prefix }, onError));
    this.#adding = perLane((lane) => new Coalescer((jobs) => this.#addAll(lane, jobs), LIMITS));
  }

  /**
   * Puts a job on the queue; one that is already there stays as it is. Rejects while Redis is away, and at once when
   * too many wait for it.
   */
  async add(job: NewJob, lane: Lane = "fast"): Promise<void> {
    await this.#adding[lane].submit(job);
  }

  /**
   * Where the job stands, whichever lane it is in. By what is written in the job itself: BullMQ's own question for a
   * job's state looks through the lists, and a sweep that asks for thousands of a large backlog would stop Redis.
   */
  async placeOf(job: DeliveryJobData): Promise<JobPlace> {
    let isFinished = false;
    // In the order in which jobs move on, so that one that moves meanwhile is found in the later lane.
    for (const lane of LANES) {
      const found = await this.#find(job, lane);
      if (found !== undefined && found.finishedOn === undefined) return "underway";
      isFinished ||= found !== undefined;
    }
    return isFinished ? "finished" : "missing";
  }

  /** True while the job has been in this lane from its beginning, and no worker has taken it yet. */
  async isWaiting(job: DeliveryJobData, lane: Lane): Promise<boolean> {
    const found = await this.#find(job, lane);
    return found !== undefined && found.processedOn === undefined && found.finishedOn === undefined;
  }

  /** Forgets a finished job, so that it no longer shows beside the one that took its place. */
  async forget(job: DeliveryJobData): Promise<void> {
    await Promise.all(LANES.map((lane) => this.bullQueues[lane].remove(jobIdOf(job))));
  }

  /** How many jobs each lane holds, by state. Rejects while Redis is away. */
  async countJobs(): Promise<Record<Lane, Readonly<Record<string, number>>>> {
    const countLane = (lane: Lane) => this.bullQueues[lane].getJobCounts(...COUNTED_STATES);
    const [fast, slow, alone] = await Promise.all([countLane("fast"), countLane("slow"), countLane("alone")]);
    return { fast, slow, alone };
  }

  /** Rejects when Redis does not answer, or takes no jobs: a full one, or a replica, answers a mere PING. */
  async ping(): Promise<void> {
    await this.#redis.set(`${this.#prefix}:ping`, "1", "EX", PING_KEPT_SECONDS);
  }

  async close(): Promise<void> {
    for (const lane of LANES) {
      await this.#adding[lane].drain();
      await this.bullQueues[lane].close();
    }
  }

  #find(job: DeliveryJobData, lane: Lane): Promise<Job | undefined> {
    return this.bullQueues[lane].getJob(jobIdOf(job));
  }

  async #addAll(lane: Lane, jobs: NewJob[]): Promise<null[]> {
    const now = Date.now();
    await this.bullQueues[lane].addBulk(
      jobs.map((job) => ({
        name: job.eventName,
        data: { id: job.id, generation: job.generation },
        opts: delayed(jobIdOf(job), job.dueAt.getTime() - now),
      })),
    );
    return jobs.map(() => null);
  }
}

function openQueue(name: string, { redis, prefix }: QueuePlace, onError: (error: Error) => void): BullQueue {
  const queue: BullQueue = new Queue(name, {
    connection: redis,
    prefix,
    // Only both together let a producer fail fast while Redis is away and work again once it is back.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: 1_000 } },
  });
  queue.on("error", onError);
  return queue;
}

function perLane<Thing>(make: (lane: Lane) => Thing): Record<Lane, Thing> {
  return { fast: make("fast"), slow: make("slow"), alone: make("alone") };
}

const delayed = (jobId: string, delayMs: number) => (delayMs > 0 ? { jobId, delay: delayMs } : { jobId });
