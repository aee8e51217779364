/**
 * The one place where the demo is quicker than life. Everything else is as in production.
 */
export const WAITS = {
  /**
   * The worker's own pauses: the first retry comes after 0.05 s instead of 5 s, after a throttle in 3 s instead of 5
   * minutes.
   */
  delayScale: "0.01",
  /** How long the impatient shop waits for a click that never comes: 2 seconds instead of 48 hours. */
  impatientHours: 2 / 3_600,
  /** Nothing should take longer; what has no ending by then is named. Milliseconds. */
  giveUpAfterMs: 120_000,
} as const;
