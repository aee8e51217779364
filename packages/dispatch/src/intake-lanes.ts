import type { ConversionQueue, DeliveryJobData, Lane } from "@capi-relay/queue";

export interface IntakeLanesOptions {
  readonly queue: Pick<ConversionQueue, "isWaiting">;
  readonly now: () => Date;
  /** An account with more events than this outstanding makes way for the others. */
  readonly crowdAt?: number;
}

/** A job this process put on the queue. */
interface CountedJob extends DeliveryJobData {
  readonly accountId: string;
  readonly dueAt: Date;
}

const CROWD_AT = 5_000;
/** Of an account that stands still, these are a crowd: a shop with a few orders overtakes other crowds all the same. */
const CROWD_AT_STANDSTILL = 100;
const LOOK_EVERY_MS = 250;

/**
 * Which lane the next event of an account goes to: the slow one while more than 5,000 of its events wait, or more than
 * 100 that others would have to wait behind.
 *
 * Redis knows no accounts, so this counts what this process itself has put on the queue. Jobs of a lane leave it in the
 * order they came, so it is enough to look now and then at the newest job of an older portion: once that one no longer
 * waits, the whole portion has left. What this makes approximate: a portion counts until all of it has left; several
 * processes count each for itself; events that are being sent, wait for a retry, or are held count for nothing; and the
 * first event after a long silence may still go by what was true before it.
 */
export class IntakeLanes {
  readonly #options: IntakeLanesOptions;
  readonly #crowdAt: number;
  readonly #crowdAtStandstill: number;
  readonly #backlogs = { fast: new Backlog(), slow: new Backlog() };
  #lookedAt = 0;

  constructor(options: IntakeLanesOptions) {
    this.#options = options;
    this.#crowdAt = options.crowdAt ?? CROWD_AT;
    this.#crowdAtStandstill = Math.min(this.#crowdAt, CROWD_AT_STANDSTILL);
  }

  /** @param standsStill The account's events leave one at a time at best. */
  laneFor(accountId: string, standsStill = false): "fast" | "slow" {
    this.#lookNowAndThen();
    const { fast, slow } = this.#backlogs;
    const crowdAt = standsStill ? this.#crowdAtStandstill : this.#crowdAt;
    return fast.of(accountId) + slow.of(accountId) > crowdAt ? "slow" : "fast";
  }

  /** Counts a job that was put on the queue. */
  added(job: CountedJob, lane: Lane): void {
    if (lane === "alone" || job.dueAt > this.#options.now()) return;
    this.#backlogs[lane].add(job);
  }

  #lookNowAndThen(): void {
    const { fast, slow } = this.#backlogs;
    // As long as all accounts together are no crowd, none of them is.
    if (fast.size + slow.size <= this.#crowdAtStandstill) return;
    const now = this.#options.now().getTime();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    const { queue } = this.#options;
    for (const lane of ["fast", "slow"] as const) {
      const isWaiting = (job: DeliveryJobData) => queue.isWaiting(job, lane);
      // While Redis is away nothing is learnt, and nothing added either.
      this.#backlogs[lane].look(isWaiting).catch(() => undefined);
    }
  }
}

interface Portion {
  readonly counts: Map<string, number>;
  size: number;
  newest: DeliveryJobData | null;
}

/** What waits in one lane, in two portions: one that grows, and an older one that has to leave first. */
class Backlog {
  #older = emptyPortion();
  #growing = emptyPortion();
  #isLooking = false;

  get size(): number {
    return this.#older.size + this.#growing.size;
  }

  of(accountId: string): number {
    return (this.#older.counts.get(accountId) ?? 0) + (this.#growing.counts.get(accountId) ?? 0);
  }

  add({ id, generation, accountId }: CountedJob): void {
    const { counts } = this.#growing;
    counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    this.#growing.size += 1;
    this.#growing.newest = { id, generation };
  }

  async look(isWaiting: (job: DeliveryJobData) => Promise<boolean>): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const { newest } = this.#older;
      if (newest !== null && (await isWaiting(newest))) return;
      this.#older = this.#growing;
      this.#growing = emptyPortion();
      const next = this.#older.newest;
      if (next !== null && !(await isWaiting(next))) this.#older = emptyPortion();
    } finally {
      this.#isLooking = false;
    }
  }
}

const emptyPortion = (): Portion => ({ counts: new Map(), size: 0, newest: null });
