import type { ApiProblem } from "../api-problem.ts";
import { tooMany } from "./request-limits.ts";

/** One caller's conflicts: reports with an id that stands for another conversion. */
export interface ConflictWatch {
  /** What a report of this event is refused with, whatever it says; null while it is compared. */
  refusal(eventKey: string): ApiProblem | null;
  conflicted(eventKey: string): void;
}

interface Conflicts {
  readonly until: number;
  count: number;
}

const HOUR_MS = 3_600_000;
/** No order system reports a conversion wrongly this often by mistake. */
const CONFLICTS_PER_HOUR = 20;
/** Events that are counted at the same time; beyond that the first ones are forgotten. */
const MAX_COUNTED = 50_000;

/**
 * Whether a report is a repeat or a conflict tells if a guess about its customer is right, and phone numbers can be
 * counted through. So a caller that conflicts with an event 20 times is told nothing more about it until an hour has
 * passed since the first of them: neither that it conflicts nor that it does not. Counted in this process's memory.
 */
export class ConflictLimits {
  readonly #now: () => Date;
  readonly #counted = new Map<string, Conflicts>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param callerId Whose guesses are counted together. */
  of(callerId: string): ConflictWatch {
    return {
      refusal: (eventKey) => this.#refusal(`${callerId}:${eventKey}`),
      conflicted: (eventKey) => this.#count(`${callerId}:${eventKey}`),
    };
  }

  #refusal(key: string): ApiProblem | null {
    const conflicts = this.#current(key);
    if (conflicts === null || conflicts.count < CONFLICTS_PER_HOUR) return null;
    const seconds = Math.ceil((conflicts.until - this.#now().getTime()) / 1_000);
    return tooMany(`This eventId was reported with other data ${CONFLICTS_PER_HOUR} times within an hour`, seconds);
  }

  #count(key: string): void {
    const current = this.#current(key);
    if (current !== null) {
      current.count += 1;
      return;
    }
    const [oldest] = this.#counted.keys();
    if (oldest !== undefined && this.#counted.size >= MAX_COUNTED) this.#counted.delete(oldest);
    this.#counted.set(key, { count: 1, until: this.#now().getTime() + HOUR_MS });
  }

  #current(key: string): Conflicts | null {
    const known = this.#counted.get(key);
    if (known === undefined) return null;
    if (known.until > this.#now().getTime()) return known;
    this.#counted.delete(key);
    return null;
  }
}
