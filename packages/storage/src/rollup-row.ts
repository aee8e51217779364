import type { EventReason, EventStatus, TerminalStatus } from "@capi-relay/contract";
import { Schema } from "mongoose";

/** How many, and what they are worth in their currency; a value nobody gave counts as 0. */
export interface Amount {
  readonly eventName: string;
  readonly currency: string | null;
  readonly count: number;
  readonly value: number;
}

export interface EndingAmount extends Amount {
  readonly status: TerminalStatus;
  readonly reason: EventReason | null;
}

/** Endings of purchases by when these were accepted: where the purchases of a period went. */
export interface PurchaseEnding extends Omit<EndingAmount, "eventName"> {
  /** The hour of acceptance; in the roll-up of a day its day. */
  readonly acceptedIn: Date;
}

/** How many delivered events took how long: see `durationBucket` of packages/insight. */
export interface DurationCount {
  readonly bucket: number;
  readonly count: number;
}

/**
 * One document of `rollups`: what one account (or all of them) took in and brought to an end in one hour or day, UTC.
 * Its `_id` is span, start and account, so that rows are found without an index of their own. Test events are not in
 * it.
 */
export interface RollupRow {
  readonly _id: string;
  /** Which fold wrote it: a later one is never overwritten by an earlier one that was slow. */
  readonly fold: number;
  readonly start: Date;
  readonly accountId: string;
  /** By the moment of acceptance. */
  readonly accepted: readonly Amount[];
  /** By the moment of ending; only endings that still stand. */
  readonly endings: readonly EndingAmount[];
  readonly deliveredIn: readonly DurationCount[];
  /** Of `endings`, those of purchases; absent in rows from before they were counted. */
  readonly purchaseEndings?: readonly PurchaseEnding[];
}

/** How far folding has come: the one document of `rollup_progress`. */
export interface RollupProgressRow {
  readonly _id: "rollups";
  readonly fold: number;
  /** Whatever changed before this moment is in the rows. Null before the first fold. */
  readonly seenUntil: Date | null;
  /** Which version of the builder has counted; absent before versions were noted. */
  readonly version?: number;
}

/**
 * How long until Meta's limit for the event's time. `passed`: nothing is sent any more; what may have arrived still
 * waits for a person to say so.
 */
export type TimeLeft = "under_6h" | "under_24h" | "under_3d" | "more" | "passed";

export interface StandingAmount {
  readonly status: EventStatus;
  readonly reason: EventReason | null;
  readonly currency: string | null;
  readonly left: TimeLeft;
  readonly count: number;
  readonly value: number;
}

/** Purchases whose outcome is unknown, by the hour in which they were accepted. */
export interface DoubtfulPurchases extends Pick<Amount, "currency" | "count" | "value"> {
  readonly acceptedIn: Date;
}

/** One document of `standing`: what one account (or all, as `*`) has not brought to an end, counted a moment ago. */
export interface StandingRow {
  readonly _id: string;
  readonly countedAt: Date;
  readonly amounts: readonly StandingAmount[];
  /** Purchases whose outcome is unknown; absent in rows from before they were counted. */
  readonly doubtfulPurchases?: readonly DoubtfulPurchases[];
}

const written = { strict: false, versionKey: false } as const;
export const rollupSchema = new Schema(
  { _id: { type: String, required: true } },
  { ...written, collection: "rollups" },
);
export const rollupProgressSchema = new Schema(
  { _id: { type: String, required: true } },
  { ...written, collection: "rollup_progress" },
);
export const standingSchema = new Schema(
  { _id: { type: String, required: true } },
  { ...written, collection: "standing" },
);
