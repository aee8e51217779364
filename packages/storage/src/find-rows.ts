import type { mongo } from "mongoose";
import { readConfirmed } from "./accept-rows.ts";
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
  return inOrder(ids, rows);
}

/** The same of what the majority has: a caller may be told of it. */
export async function findConfirmedRows(
  events: mongo.Collection<EventRow>,
  ids: readonly string[],
): Promise<(EventRow | null)[]> {
  return inOrder(ids, await readConfirmed(events, [...new Set(ids)]));
}

function inOrder(ids: readonly string[], rows: readonly EventRow[]): (EventRow | null)[] {
  const byId = new Map(rows.map((row) => [row._id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}
