/** How much of everything one run measures. */
export interface Sizes {
  /** Events the relay delivers before anything is measured. */
  readonly warmUp: number;
  /** A and B alternate this often; the figures are medians. */
  readonly rounds: number;
  /**
   * Of a round, as much comes before the rounds, to warm everybody up. Without it the median passes over the cold
   * round.
   */
  readonly warmUpShare: number;
  /** Events of one round, by who drains them: the slow ones get fewer. */
  readonly drain: {
    readonly ours: number;
    readonly naive: number;
    readonly equal: number;
    readonly empty: number;
  };
  readonly intakeSeconds: number;
  readonly latencySeconds: number;
  readonly queuedForBytes: number;
  readonly backlog: {
    readonly few: number;
    readonly many: number;
    /** Drains of `few` with `many` queued, and as many with no others before and after. */
    readonly rounds: number;
  };
}

export const FULL: Sizes = {
  warmUp: 10_000,
  rounds: 3,
  warmUpShare: 0.5,
  drain: { ours: 15_000, naive: 2_500, equal: 6_000, empty: 20_000 },
  intakeSeconds: 6,
  latencySeconds: 30,
  queuedForBytes: 10_000,
  backlog: { few: 10_000, many: 300_000, rounds: 3 },
};

/** For a first look, a minute long: too short to judge how the relay bears a backlog, and marked so. */
export const QUICK: Sizes = {
  warmUp: 1_500,
  rounds: 3,
  warmUpShare: 0,
  drain: { ours: 2_500, naive: 120, equal: 250, empty: 1_500 },
  intakeSeconds: 0.4,
  latencySeconds: 2,
  queuedForBytes: 1_000,
  backlog: { few: 300, many: 900, rounds: 1 },
};

/** For the tests: shows that everything still runs, and measures nothing. */
export const TINY: Sizes = {
  warmUp: 200,
  rounds: 1,
  warmUpShare: 0,
  drain: { ours: 200, naive: 60, equal: 60, empty: 200 },
  intakeSeconds: 0.2,
  latencySeconds: 0.4,
  queuedForBytes: 2_000,
  backlog: { few: 200, many: 600, rounds: 1 },
};
