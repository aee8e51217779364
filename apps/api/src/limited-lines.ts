import type { Logger } from "@capi-relay/runtime";

/** Between two lines of one kind, in milliseconds. */
const QUIET_MS = 1_000;

interface Quiet {
  readonly until: number;
  readonly leftOut: number;
}

const quiets = new WeakMap<Logger, Map<string, Quiet>>();

/**
 * For lines about our own state, which every request meets alike: an outage or a flood must not fill the log. The first
 * of a kind is written, then at most one a second.
 * @returns How many were left out since the last one, or null when this one is to be left out as well.
 */
export function leftOutBefore(log: Logger, kind: string): number | null {
  const ofLog = quiets.get(log) ?? new Map<string, Quiet>();
  quiets.set(log, ofLog);
  const now = performance.now();
  const { until, leftOut } = ofLog.get(kind) ?? { until: now, leftOut: 0 };
  if (now < until) {
    ofLog.set(kind, { until, leftOut: leftOut + 1 });
    return null;
  }
  ofLog.set(kind, { until: now + QUIET_MS, leftOut: 0 });
  return leftOut;
}
