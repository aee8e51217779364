import type { EventReason, EventStatus } from "@capi-relay/contract";
import { Schema } from "mongoose";
import type { BulkOrderRow } from "./bulk-order-row.ts";

/** Which events a bulk retry is about: a filter of the list, narrowed to endings that a person may retry. */
export interface BulkRetryFilter {
  readonly accountId: string | null;
  readonly statuses: readonly EventStatus[];
  readonly reason: EventReason | null;
  readonly eventName: string | null;
  readonly acceptedFrom: Date | null;
  readonly acceptedTo: Date | null;
  /** Absent in orders from before these were known. */
  readonly endedFrom?: Date | null;
  readonly endedTo?: Date | null;
  /** Leaves test events out, as the figures do; absent in orders from before this was known. */
  readonly withoutTests?: boolean;
  /** Leaves out what Meta may hold already: sent again, it could be counted twice. */
  readonly sparesPossiblyArrived: boolean;
}

/** One document of `bulk_retries`: one order of an operator, and how far it has come. */
export interface BulkRetryRow extends BulkOrderRow {
  readonly filter: BulkRetryFilter;
  /**
   * Only events that ended before this moment: whatever ends later was retried already, or is none of this order's
   * business.
   */
  readonly endedBefore: Date;
  readonly requeued: number;
}

export const bulkRetrySchema = new Schema(
  { _id: { type: String, required: true }, state: { type: String, required: true } },
  { collection: "bulk_retries", strict: false, versionKey: false },
);
// Unfinished ones for the runner, the newest of all for the console; a few a day at most.
bulkRetrySchema.index({ state: 1, startedAt: -1 }, { name: "by_state" });
bulkRetrySchema.index({ startedAt: -1 }, { name: "newest_first" });
