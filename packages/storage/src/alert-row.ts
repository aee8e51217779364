import { Schema } from "mongoose";

export type AlertKind =
  | "account_paused"
  | "event_name_switched_off"
  | "meta_counted_none"
  | "event_quarantined"
  | "outcome_unknown";

/** Something that needs a person. One cause is one alert, however often it is met. */
export interface AlertCause {
  readonly kind: AlertKind;
  readonly accountId: string;
  /** Which one, if the account can have several: a reason, an event name, an event id. */
  readonly detail: string;
}

/** One document of `alerts`. */
export interface AlertRow extends AlertCause {
  readonly _id: string;
  readonly openedAt: Date;
  readonly lastMetAt: Date;
  readonly closedAt: Date | null;
}

export const alertSchema = new Schema<AlertRow>(
  {
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    accountId: { type: String, required: true },
    detail: { type: String, default: "" },
    openedAt: { type: Date, required: true },
    lastMetAt: { type: Date, required: true },
    closedAt: { type: Date, default: null },
  },
  { collection: "alerts", versionKey: false },
);
alertSchema.index({ closedAt: 1, openedAt: -1 }, { name: "open_first" });
