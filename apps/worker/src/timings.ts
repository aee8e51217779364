/** How long a claim holds without renewal, in milliseconds by MongoDB's clock. */
const LEASE_MS = 60_000;
/** Redis believes a silent worker this long, and a job that was due so long ago may be lost. Milliseconds. */
const NOTICED_AFTER_MS = 60_000;
/** Pause between two sweeps, and between two counts of the console's figures. Milliseconds. */
const LOOK_EVERY_MS = 15_000;
/** However much the scale shortens them, that pause leaves the database to the workers. Milliseconds. */
const SHORTEST_PAUSE_BETWEEN_SWEEPS_MS = 500;
const SHORTEST_PAUSE_BETWEEN_COUNTS_MS = 1_000;
/** While an account is being tried out, its other events stay away at least this long. Milliseconds. */
const PROBING_PAUSE_MS = 30_000;
/** What is still to be done when the last request was answered or given up: recording what came of it. Milliseconds. */
const LAST_RECORDS_MS = 15_000;

/** The settings that time depends on; the scales are 1 in earnest and less for demonstrations and tests. */
export interface TimingSettings {
  /** How long one request to Meta may take, in milliseconds. */
  readonly META_TIMEOUT_MS: number;
  /** Shortens pauses. */
  readonly DELAY_SCALE: number;
  /** Shortens the time after which a silent worker or a lost job is noticed. */
  readonly LEASE_SCALE: number;
}

/** How long whatever this worker does may take, holds or pauses. All in milliseconds. */
export function timingsOf({ META_TIMEOUT_MS: requestMs, DELAY_SCALE, LEASE_SCALE }: TimingSettings) {
  return {
    /** The longest one request can take. */
    requestMs,
    /** For leaving when told to: a request may hang for its whole time, and what came of it is still to be recorded. */
    shutdownGraceMs: requestMs + LAST_RECORDS_MS,
    /** How long a claim holds without renewal, by MongoDB's clock. */
    leaseMs: LEASE_MS * LEASE_SCALE,
    /** Redis may believe a silent worker longer than a request and its record take together. */
    lockMs: Math.max(NOTICED_AFTER_MS * LEASE_SCALE, requestMs * 3),
    /** Rows due for longer should have been tried: their jobs are looked for. */
    overdueMs: NOTICED_AFTER_MS * LEASE_SCALE,
    /** The right to try a destination out must outlast the request that does so. */
    probeMs: requestMs * 2,
    /** How long those stay away, at least, whose destination another event is trying out. */
    probingPauseMs: PROBING_PAUSE_MS * DELAY_SCALE,
    /** Pause between two sweeps. */
    sweepEveryMs: Math.max(SHORTEST_PAUSE_BETWEEN_SWEEPS_MS, LOOK_EVERY_MS * DELAY_SCALE),
    /** Pause between two counts of the console's figures. */
    countEveryMs: Math.max(SHORTEST_PAUSE_BETWEEN_COUNTS_MS, LOOK_EVERY_MS * DELAY_SCALE),
  };
}
