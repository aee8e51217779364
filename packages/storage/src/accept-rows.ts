import { setTimeout as sleep } from "node:timers/promises";
import type { mongo } from "mongoose";
import type { EventRow } from "./event-row.ts";
import { isDuplicateKey, StorageUnavailable } from "./storage-error.ts";

export type RowAccepted = { readonly kind: "stored" } | { readonly kind: "existing"; readonly row: EventRow };

/** A row that blocks an insert may take a moment to reach the majority; a confirmed duplicate must have. */
const CONFIRM_ATTEMPTS = 5;
const CONFIRM_PAUSE_MS = 100;

/**
 * Inserts all rows in one command. Each row that meets an existing one (also one earlier in the same list) is answered
 * with the existing row, read with majority concern: a duplicate is only reported once it can no longer be rolled back.
 */
export async function acceptRows(events: mongo.Collection<EventRow>, rows: EventRow[]): Promise<RowAccepted[]> {
  const blocked = await insertAll(events, rows);
  if (blocked.length === 0) return rows.map(() => ({ kind: "stored" }));
  const existing = await confirmedRows(events, [...new Set(blocked.map((index) => rowAt(rows, index)._id))]);
  const blockedSet = new Set(blocked);
  return rows.map((row, index) => {
    if (!blockedSet.has(index)) return { kind: "stored" };
    const found = existing.get(row._id);
    if (found === undefined)
      throw new StorageUnavailable(new Error("The existing row is not confirmed by the majority."));
    return { kind: "existing", row: found };
  });
}

/** Indexes of the rows whose id is taken. Any other failure is nobody's duplicate: it fails the whole list. */
async function insertAll(events: mongo.Collection<EventRow>, rows: EventRow[]): Promise<number[]> {
  try {
    await events.insertMany(rows, { ordered: false });
    return [];
  } catch (error) {
    const writeErrors = writeErrorsOf(error);
    if (writeErrors.length === 0 || !writeErrors.every(isDuplicateKey)) throw new StorageUnavailable(error);
    return writeErrors.map((writeError) => writeError.index);
  }
}

interface WriteError {
  readonly index: number;
  readonly code: number;
}

interface BulkFailure {
  readonly writeErrors?: WriteError | WriteError[];
  readonly result?: { getWriteConcernError?(): unknown };
}

function writeErrorsOf(error: unknown): WriteError[] {
  if (typeof error !== "object" || error === null) return [];
  const { writeErrors = [], result } = error as BulkFailure;
  // Rows that were written but not journaled by the majority are not accepted, whatever the others met.
  if (result?.getWriteConcernError?.() !== undefined) return [];
  return Array.isArray(writeErrors) ? writeErrors : [writeErrors];
}

async function confirmedRows(events: mongo.Collection<EventRow>, ids: string[]): Promise<Map<string, EventRow>> {
  for (let attempt = 1; ; attempt += 1) {
    const rows = await readConfirmed(events, ids);
    if (rows.length === ids.length || attempt === CONFIRM_ATTEMPTS) return new Map(rows.map((row) => [row._id, row]));
    await sleep(CONFIRM_PAUSE_MS);
  }
}

/** The rows of these ids that the majority has: what is said of one can no longer be rolled back. */
export async function readConfirmed(events: mongo.Collection<EventRow>, ids: string[]): Promise<EventRow[]> {
  try {
    const cursor = events.find(
      { _id: { $in: ids } },
      { readPreference: "primary", readConcern: { level: "majority" } },
    );
    return await cursor.toArray();
  } catch (error) {
    throw new StorageUnavailable(error);
  }
}

function rowAt(rows: EventRow[], index: number): EventRow {
  const row = rows[index];
  if (row === undefined)
    throw new StorageUnavailable(new Error("MongoDB reported an error for a row that was not sent."));
  return row;
}
