import type { RollupBuilder, StandingCount } from "@capi-relay/insight";
import type { DutyTask } from "../duty.ts";

export interface CountFiguresOptions {
  readonly rollups: Pick<RollupBuilder, "fold">;
  readonly standing: Pick<StandingCount, "take">;
  /** Pause between two counts, in milliseconds. */
  readonly everyMs: number;
}

/** Counts what the console shows: what ended, hour by hour, and then what is standing. */
export function countFigures({ rollups, standing, everyMs }: CountFiguresOptions): DutyTask {
  return {
    name: "figures",
    everyMs,
    run: async (goesOn) => {
      await rollups.fold(goesOn);
      await standing.take();
    },
  };
}
