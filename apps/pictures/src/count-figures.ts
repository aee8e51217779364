import { RollupBuilder, StandingCount } from "@capi-relay/insight";
import type { Stage } from "./stage.ts";

/** Counts the console's figures as a worker does; a worker that has just counted a whole history rests for minutes. */
export async function countFigures({ mongo }: Stage): Promise<void> {
  const now = () => new Date();
  await new RollupBuilder(mongo, now).fold();
  await new StandingCount(mongo, now).take();
}
