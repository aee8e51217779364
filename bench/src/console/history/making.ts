import type { SeededRandom } from "@capi-relay/sample-history";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** What the rows of the history are made from. */
export interface Making {
  /** Seeded, and asked in a fixed order: every run has the same history. */
  readonly random: SeededRandom;
  readonly events: number;
  readonly now: Date;
  /** What the relay looks a phone number up by. */
  readonly phoneKeyOf: (digits: string) => string;
}
