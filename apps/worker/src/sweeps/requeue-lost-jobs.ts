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
 * Rows that all have their jobs count as so many: where nothing is lost, looking for it in a long backlog only takes
 * Redis and MongoDB from the workers.
 */
const IN_ORDER_COUNTS = 4;

/**
 * Finds events that have been due for long and makes sure each has a job: one that Redis lost is added again, one that
 * finished without the ledger hearing of it begins a new life. Jobs on their way are left alone, so that no job is ever
 * there twice. Walks at most `maxRows` rows from where the last walk stopped, a quarter as many where none has lost its
 * job, and returns where it stopped; null at the end.
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
    const limit = Math.min(ROWS_PER_LOOK, Math.ceil((maxRows - seen) / IN_ORDER_COUNTS));
    const rows = await ports.sweeps.dueSince(dueBefore, cursor, limit);
    const added = (await Promise.all(rows.map((row) => ensureJob(row, ports)))).filter(Boolean).length;
    requeued += added;
    seen += added > 0 ? rows.length : rows.length * IN_ORDER_COUNTS;
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
