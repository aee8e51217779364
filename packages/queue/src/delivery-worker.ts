import { setTimeout as pause } from "node:timers/promises";
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
/** How long a worker that leaves waits for Redis to hear how its last jobs went. The ledger knows it already. */
const GOODBYE_MS = 3_000;

/** Takes jobs off the queue and hands each to `deliver`. */
export class DeliveryWorker {
  readonly #worker: Worker<DeliveryJobData, DeliveryJobResult, string>;
  readonly #turns = new Set<Promise<JobEnding>>();
  #pauseMs = 0;
  #resumeTimer: NodeJS.Timeout | undefined;

  constructor({ redis, prefix, lane, concurrency, lockMs, deliver, onError }: DeliveryWorkerOptions) {
    const process = async (job: Job, token?: string): Promise<DeliveryJobResult> => {
      const data = readJobData(job.data);
      if (data === null) return settleJob({ kind: "failed", status: "failed", reason: null }, job, token);
      return settleJob(await this.#underWay(deliver(data)), job, token);
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

  /**
   * Takes no more jobs and resolves when those in work are done. BullMQ alone would wait for a Redis that is away, as
   * long as it is.
   */
  async close(): Promise<void> {
    clearTimeout(this.#resumeTimer);
    const closed = this.#worker.close();
    // Again, since a job that was on its way to us may have begun its turn meanwhile.
    do {
      await Promise.race([closed, Promise.allSettled(this.#turns)]);
      await Promise.race([closed, pause(GOODBYE_MS, undefined, { ref: false })]);
    } while (this.#turns.size > 0);
  }

  #underWay(turn: Promise<JobEnding>): Promise<JobEnding> {
    this.#turns.add(turn);
    return turn.finally(() => this.#turns.delete(turn));
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
