import type { RelayDrainer } from "../drains/relay-drainer.ts";
import type { Relay } from "../stand/relay.ts";
import type { Stand } from "../stand/with-stand.ts";
import type { Sizes } from "../table/sizes.ts";
import type { LeastRelay } from "./least-relay.ts";

/** How much of everything is measured. */
export type LeastSizes = Pick<Sizes, "warmUp" | "rounds" | "intakeSeconds"> & {
  /** Events of one round, by who drains them. */
  readonly drain: Omit<Sizes["drain"], "equal">;
};

/** Long enough for medians, and a few minutes in all. */
export const LEAST_SIZES: LeastSizes = {
  warmUp: 10_000,
  rounds: 4,
  intakeSeconds: 5,
  drain: { ours: 10_000, naive: 1_500, empty: 15_000 },
};

/** Those who are compared, and what with. */
export interface Ring extends Stand {
  readonly relay: Relay;
  readonly drainer: RelayDrainer;
  readonly least: LeastRelay;
  readonly sizes: LeastSizes;
  /** Told what is measured now. */
  readonly progress: (line: string) => void;
}
