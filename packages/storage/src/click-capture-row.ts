import { Schema } from "mongoose";

/**
 * One document of `click_captures`: how many messages that came from an ad reached one number on one day (UTC, by the
 * time of the message), with and without a click id. Statistics, not a ledger: a crash may lose a few seconds of them.
 */
export interface ClickCaptureRow {
  readonly _id: string;
  readonly wabaId: string;
  /** Meta's id of the number; null when the webhook did not name it. */
  readonly phoneNumberId: string | null;
  readonly day: Date;
  /** New clicks: a delivery Meta repeats, or a second message of the same click, adds nothing. */
  readonly withClickId: number;
  /** Meta omits the click id for ads shown in WhatsApp Status; more than that hints at a broken capture. */
  readonly withoutClickId: number;
}

const DAY_SECONDS = 86_400;

export const clickCaptureSchema = new Schema(
  { _id: { type: String, required: true }, day: { type: Date, required: true } },
  { collection: "click_captures", strict: false, versionKey: false },
);
// Finds a range of days, and forgets what no period of the console shows any more.
clickCaptureSchema.index({ day: 1 }, { name: "by_day", expireAfterSeconds: 90 * DAY_SECONDS });
