import type { Dispatcher } from "@capi-relay/dispatch";
import type { DeliveryJobData, JobPlace } from "@capi-relay/queue";
import type { DueCursor, DueRow, SweepStore } from "@capi-relay/storage";

export interface RequeuePorts {
  readonly sweeps: Pick<SweepStore, "dueSince" | "renumber">;
  readonly queue: { placeOf(job: DeliveryJobData): Promise<JobPlace> };
  readonly dispatcher: Pick<Dispatcher, "addJob">;
}

/** One look's worth of rows. */
const ROWS_PER_LOOK = 500;

/**
 * Finds events that have been due for long and makes sure each has a job: one that Redis lost is added again, one that
 * finished without the ledger hearing of it begins a new life. Jobs on their way are left alone, so that no job is ever
 * there twice. Walks at most `maxRows` rows from where the last walk stopped, and returns where it stopped; null at the end.
 */
export async function requeueLostJobs(
  ports: RequeuePorts,
  dueBefore: Date,
  from: DueCursor | null,
  maxRows: number,
  isClosing: () => boolean,
): Promise<{ requeued: number; cursor: DueCursor | null }> {
  let requeued = 0;
  let cursor = from;
  for (let seen = 0; seen < maxRows && !isClosing(); ) {
    const rows = await ports.sweeps.dueSince(dueBefore, cursor, Math.min(ROWS_PER_LOOK, maxRows - seen));
    const added = await Promise.all(rows.map((row) => ensureJob(row, ports)));
    requeued += added.filter(Boolean).length;
    seen += rows.length;
    const last = rows.at(-1);
    if (last === undefined) return { requeued, cursor: null };
    cursor = { dueAt: last.dueAt, id: last.id };
  }
  return { requeued, cursor };
}

async function ensureJob(row: DueRow, { queue, sweeps, dispatcher }: RequeuePorts): Promise<boolean> {
  switch (await queue.placeOf(row)) {
    case "underway":
      return false;
    case "missing":
      await dispatcher.addJob(row);
      return true;
    case "finished": {
      const renumbered = await sweeps.renumber(row);
      if (renumbered === null) return false;
      await dispatcher.addJob(renumbered);
      return true;
    }
  }
}
