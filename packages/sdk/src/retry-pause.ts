import type { TryFailure } from "./one-try.ts";

const FIRST_STEP_MS = 250;
const LONGEST_STEP_MS = 10_000;
/** Added to what the server asked for, so that clients told the same do not come back together. */
const SPREAD = 0.1;

export interface RetryState {
  /** Tries made so far, from 1. */
  readonly tries: number;
  readonly retries: number;
  /** Until the call's deadline. */
  readonly remainingMs: number;
  /** True when a second time changes nothing; otherwise only what cannot have happened is tried again. */
  readonly repeatable: boolean;
  /** 0 to 1. */
  readonly chance: number;
}

/** How long to wait before the next try; null when there is none. The server's word wins over our own steps. */
export function retryPause(failure: TryFailure, state: RetryState): number | null {
  if (state.tries > state.retries) return null;
  if (!failure.error.retryable) return null;
  if (!state.repeatable && mayHaveHappened(failure)) return null;
  const pauseMs = Math.ceil(
    failure.retryAfterMs === null ? step(state) : failure.retryAfterMs * (1 + SPREAD * state.chance),
  );
  return pauseMs < state.remainingMs ? pauseMs : null;
}

/** Exponential with full jitter: any moment up to the step is as good as another. */
function step({ tries, chance }: RetryState): number {
  return chance * Math.min(LONGEST_STEP_MS, FIRST_STEP_MS * 2 ** (tries - 1));
}

/** A 429 comes before any work; every other answer, or none, may have come after it. */
function mayHaveHappened({ kind, error }: TryFailure): boolean {
  return kind === "unreachable" ? error.mayHaveArrived : error.status !== 429;
}
