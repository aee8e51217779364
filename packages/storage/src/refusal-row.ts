import { Schema } from "mongoose";

/** One document of `refusals`: how often, in one hour, conversions of an account met the same answer at the door. */
export interface RefusalRow {
  /** Made of the four fields that follow, so that two processes never write two rows for one hour. */
  readonly _id: string;
  /** Null when the account is not known here, or the request never got as far as naming one. */
  readonly accountId: string | null;
  /** The beginning of the hour. */
  readonly hour: Date;
  /**
   * An error code of the API, or what else kept a report from becoming a new event: `duplicate`,
   * `automatic_event_ignored`.
   */
  readonly code: string;
  /** Null for a name nobody knows: it could hold anything. */
  readonly eventName: string | null;
  readonly count: number;
}

const KEPT_FOR_SECONDS = 90 * 86_400;

export const refusalSchema = new Schema<RefusalRow>(
  {
    _id: { type: String, required: true },
    accountId: { type: String, default: null },
    hour: { type: Date, required: true },
    code: { type: String, required: true },
    eventName: { type: String, default: null },
    count: { type: Number, required: true },
  },
  { collection: "refusals", versionKey: false },
);
refusalSchema.index({ accountId: 1, hour: 1 }, { name: "by_account_and_hour" });
refusalSchema.index({ hour: 1 }, { name: "forgotten_after_90_days", expireAfterSeconds: KEPT_FOR_SECONDS });

/**
 * One document of `refusal_totals`: the same for all accounts and names together, since a month of many accounts has
 * more rows than a page could add up.
 */
export interface RefusalTotalRow {
  readonly _id: string;
  readonly hour: Date;
  readonly code: string;
  readonly count: number;
}

export const refusalTotalSchema = new Schema(
  { _id: { type: String, required: true }, hour: { type: Date, required: true } },
  { collection: "refusal_totals", strict: false, versionKey: false },
);
refusalTotalSchema.index({ hour: 1 }, { name: "forgotten_after_90_days", expireAfterSeconds: KEPT_FOR_SECONDS });
