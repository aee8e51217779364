import type { EventRef } from "./event-ref.ts";
import type { EventRow } from "./event-row.ts";

/** As much of an event as decides when and where its job runs. */
export interface DueRow extends EventRef {
  readonly accountId: string;
  /** Turns that were claimed and never recorded, in a row. */
  readonly starts: number;
  readonly eventName: string;
  readonly dueAt: Date;
}

/** What has to be read of a row for `dueRowOf`. */
export const DUE_FIELDS = { accountId: 1, eventName: 1, generation: 1, dueAt: 1, starts: 1 } as const;

export function dueRowOf({ _id, generation, accountId, eventName, dueAt, starts }: EventRow): DueRow {
  return { id: _id, generation, accountId, eventName, dueAt, starts };
}
