import type { EventReason, Resolution } from "@capi-relay/contract";
import { Schema } from "mongoose";
import type { BulkOrderRow } from "./bulk-order-row.ts";

/** Which events in doubt a bulk decision is about. What is null does not narrow. */
export interface BulkDecisionFilter {
  readonly accountId: string | null;
  readonly reason: EventReason | null;
  readonly eventName: string | null;
  readonly acceptedFrom: Date | null;
  readonly acceptedTo: Date | null;
  /** The moment at which their last attempt began: what left in one request has it in common, and mostly its fate. */
  readonly sentAt: Date | null;
  /** Leaves test events out, as the figures do. */
  readonly withoutTests: boolean;
}

/** One document of `bulk_decisions`: what an operator said of many events in doubt, and how far that has come. */
export interface BulkDecisionRow extends BulkOrderRow {
  readonly filter: BulkDecisionFilter;
  readonly as: Resolution;
  /**
   * Only events in doubt since before this moment, at which the operator saw how many there were: nobody has looked
   * for what came into doubt later, and what was sent again by this order and is in doubt once more is another doubt.
   */
  readonly doubtedBefore: Date;
  readonly decided: number;
}

export const bulkDecisionSchema = new Schema(
  { _id: { type: String, required: true }, state: { type: String, required: true } },
  { collection: "bulk_decisions", strict: false, versionKey: false },
);
bulkDecisionSchema.index({ state: 1, startedAt: -1 }, { name: "by_state" });
bulkDecisionSchema.index({ startedAt: -1 }, { name: "newest_first" });
