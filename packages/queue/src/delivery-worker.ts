import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import {
  type DeliveryJobData,
  type DeliveryJobResult,
  type JobEnding,
  type Lane,
  QUEUE_NAMES,
  readJobData,
} from "./delivery-job.ts";
import { settleJob } from "./settle-job.ts";

export interface DeliveryWorkerOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly lane: Lane;
  /** Jobs in work at once. They mostly wait for a shared request, so this is large. */
  readonly concurrency: number;
  /**
   * How long Redis believes a silent worker, in milliseconds. Longer than a request to Meta and its record take
   * together.
   */
  readonly lockMs: number;
  readonly deliver: (job: DeliveryJobData) => Promise<JobEnding>;
  readonly onError: (error: Error) => void;
}

/**
 * Redis says no: it is full, a replica, or its user may not (OOM, READONLY, NOPERM). Fetching again at once would spin
 * at full speed, where no connection can be had even without a moment for anything else.
 */
const REFUSAL = "ReplyError";
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Takes jobs off the queue and hands each to `deliver`. */
export class DeliveryWorker {
  readonly #worker: Worker<DeliveryJobData, DeliveryJobResult, string>;
  #pauseMs = 0;
  #resumeTimer: NodeJS.Timeout | undefined;

  constructor({ redis, prefix, lane, concurrency, lockMs, deliver, onError }: DeliveryWorkerOptions) {
    const process = async (job: Job, token?: string): Promise<DeliveryJobResult> => {
      const data = readJobData(job.data);
      if (data === null) return settleJob({ kind: "failed", status: "failed", reason: null }, job, token);
      return settleJob(await deliver(data), job, token);
    };
    this.#worker = new Worker(QUEUE_NAMES[lane], process, {
      connection: redis,
      prefix,
      concurrency,
      autorun: false,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // The ledger judges poison, not BullMQ: its counter is never reset.
      maxStalledCount: 20,
      drainDelay: 5,
      removeOnComplete: { age: 3_600, count: 1_000 },
      removeOnFail: { age: 8 * 86_400, count: 50_000 },
    });
    this.#worker.on("error", (error) => {
      onError(error);
      if (error.name === REFUSAL) this.#pauseForAWhile();
    });
    this.#worker.on("completed", () => {
      this.#pauseMs = 0;
    });
  }

  start(): void {
    void this.#worker.run();
  }

  /** Takes no more jobs and resolves when those in work are done. */
  async close(): Promise<void> {
    clearTimeout(this.#resumeTimer);
    await this.#worker.close();
  }

  #pauseForAWhile(): void {
    if (this.#resumeTimer !== undefined) return;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    void this.#worker.pause(true);
    this.#resumeTimer = setTimeout(() => {
      this.#resumeTimer = undefined;
      void this.#worker.resume();
    }, this.#pauseMs);
  }
}
