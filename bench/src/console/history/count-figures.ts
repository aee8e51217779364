import { RollupBuilder, StandingCount } from "@capi-relay/insight";
import type { MongoConnection } from "@capi-relay/storage";

/** Counts the console's figures of all that is there, as a worker's duties do. */
export async function countFigures(mongo: MongoConnection): Promise<void> {
  const present = () => new Date();
  const rollups = new RollupBuilder(mongo, present);
  await rollups.startOver();
  await rollups.fold();
  await new StandingCount(mongo, present).take();
}
