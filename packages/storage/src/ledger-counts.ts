import type { EventStatus } from "@capi-relay/contract";
import { UNFINISHED } from "./event-statuses.ts";
import type { MongoConnection } from "./mongo-connection.ts";
import { storing } from "./storage-error.ts";

/** Counting stops here, so that watching a large backlog costs no more than watching a small one. */
const COUNT_UP_TO = 100_000;
const PATIENCE_MS = 3_000;

/**
 * How many events of the ledger are not finished, by status; each counted up to 100,000. Reads the sweeper's index
 * only.
 */
export async function countUnfinished(mongo: MongoConnection): Promise<Partial<Record<EventStatus, number>>> {
  const counts = await Promise.all(
    UNFINISHED.map((status) =>
      storing(() =>
        mongo.native.events.countDocuments(
          { status },
          { limit: COUNT_UP_TO, hint: "unfinished_by_due", maxTimeMS: PATIENCE_MS, readPreference: "primary" },
        ),
      ),
    ),
  );
  return Object.fromEntries(UNFINISHED.map((status, index) => [status, counts[index] ?? 0]));
}
