const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Short enough at first for a hiccup, long enough later for an outage of a day; the last step repeats. */
const DELAYS_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  1 * HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
] as const;
const LAST_DELAY_MS = 12 * HOUR;

/** Each delay is spread over this share to either side, so that events that failed together do not return together. */
const SPREAD = 0.2;

const FIRST_THROTTLE_DELAY_MS = 5 * MINUTE;
/** The least we wait even if Meta says less. Doubled like our own, so that an event cannot be tried without end. */
const LEAST_THROTTLE_DELAY_MS = 5 * SECOND;
const LONGEST_THROTTLE_DELAY_MS = 60 * MINUTE;

/**
 * How long to wait before the next try, in milliseconds.
 * @param spentAttempts tries spent so far, the one just made included: 1 after the first.
 * @param jitter chance, in [0, 1); 0.5 gives the median.
 * @param scale shortens every delay alike, for demonstrations and tests.
 */
export function retryDelayMs(spentAttempts: number, jitter: number, scale = 1): number {
  const medianMs = DELAYS_MS[Math.max(spentAttempts, 1) - 1] ?? LAST_DELAY_MS;
  return Math.round(medianMs * (1 - SPREAD + 2 * SPREAD * jitter) * scale);
}

/**
 * How long a throttled event waits, in milliseconds: as long as Meta says but at least 5 seconds, doubling to 60
 * minutes while Meta goes on throttling; if Meta says nothing, 5 minutes, doubling to 60.
 * @param consecutiveThrottles throttled answers in a row, the one just received included: 1 for the first.
 * @param waitMs Meta's own time. Zero says no more than none at all: Meta's usage headers carry it while nothing is
 *   blocked.
 * @param scale shortens our own delays, never Meta's.
 */
export function throttleDelayMs(consecutiveThrottles: number, waitMs: number | null, scale = 1): number {
  const doublings = Math.max(consecutiveThrottles, 1) - 1;
  const doubled = (first: number) => Math.round(Math.min(first * 2 ** doublings, LONGEST_THROTTLE_DELAY_MS) * scale);
  if (waitMs === null || waitMs <= 0) return doubled(FIRST_THROTTLE_DELAY_MS);
  return Math.max(waitMs, doubled(LEAST_THROTTLE_DELAY_MS));
}
