import type { DurationCount } from "@capi-relay/storage";

/** Steps to twice the duration: a percentile read from the buckets is off by at most a tenth. */
const STEPS_PER_DOUBLING = 4;

/**
 * Which bucket a duration in milliseconds is counted in, as an aggregation expression. Durations are counted by orders
 * of magnitude, because counts of hours can be added and percentiles cannot.
 */
export function durationBucket(durationMs: unknown): object {
  const atLeastOne = { $max: [{ $add: [durationMs, 1] }, 1] };
  return { $floor: { $multiply: [STEPS_PER_DOUBLING, { $log: [atLeastOne, 2] }] } };
}

/** The middle of a bucket, in milliseconds. */
function middleOfBucket(bucket: number): number {
  return 2 ** ((bucket + 0.5) / STEPS_PER_DOUBLING) - 1;
}

/** The duration in milliseconds that a part (0 to 1) of all stayed under; null when there were none. */
export function percentile(counts: readonly DurationCount[], part: number): number | null {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const sorted = [...counts].sort((one, other) => one.bucket - other.bucket);
  let seen = 0;
  for (const { bucket, count } of sorted) {
    seen += count;
    if (seen >= total * part) return Math.round(middleOfBucket(bucket));
  }
  return null;
}
