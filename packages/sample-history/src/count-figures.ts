import { RollupBuilder, StandingCount } from "@capi-relay/insight";
import type { MongoConnection } from "@capi-relay/storage";

/** Counts every figure of the console anew, instead of waiting for a worker to do it. */
export async function countFigures(mongo: MongoConnection): Promise<void> {
  const present = () => new Date();
  const rollups = new RollupBuilder(mongo, present);
  await rollups.startOver();
  await rollups.fold();
  await new StandingCount(mongo, present).take();
}
