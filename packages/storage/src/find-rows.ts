import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
import { storing } from "./storage-error.ts";

/** Reads all rows in one command, and answers each id, also one that is asked for twice, with its row or null. */
export async function findRows(
  events: mongo.Collection<EventRow>,
  ids: readonly string[],
): Promise<(EventRow | null)[]> {
  const rows = await storing(() =>
    events
      .find({ _id: { $in: [...new Set(ids)] } }, { readPreference: "primary", batchSize: ids.length + 1 })
      .toArray(),
  );
  const byId = new Map(rows.map((row) => [row._id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
