/** What one call may do differently from the client's settings. */
export interface CallOptions {
  /** Aborting it ends the call, its pauses included, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** For one try, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** For the whole call with its retries and pauses, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  /** Tries after the first one. */
  readonly retries?: number | undefined;
}

export type CallLimits = Readonly<Record<"timeoutMs" | "deadlineMs" | "retries", number>>;

/**
 * A call's limits: its own where it names them, otherwise the client's. @throws TypeError naming a limit that is none.
 */
export function limitsOf(options: CallOptions, settings: CallLimits): CallLimits {
  const limits = {
    timeoutMs: options.timeoutMs ?? settings.timeoutMs,
    deadlineMs: options.deadlineMs ?? settings.deadlineMs,
    retries: options.retries ?? settings.retries,
  };
  // Timers cannot wait longer than a 32-bit number of milliseconds; given more, they fire at once.
  demand("timeoutMs", limits.timeoutMs, 1, MAX_TIMER_MS);
  demand("deadlineMs", limits.deadlineMs, 1, MAX_TIMER_MS);
  demand("retries", limits.retries, 0, MAX_RETRIES);
  return limits;
}

const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_RETRIES = 100;

/** @throws TypeError saying what the setting must be. */
export function demand(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
}
