import type { AccountView, EventReason } from "@capi-relay/contract";
import { Schema } from "mongoose";

/** One document of `accounts`: a WhatsApp Business Account, its dataset and its sealed token. */
export interface AccountRow {
  readonly _id: string;
  readonly name: string;
  readonly wabaId: string;
  readonly phoneNumberIds: string[];
  readonly datasetId: string | null;
  readonly sealedToken: string;
  /** Bumped with each new token, so that a late refusal of the old one cannot pause the account again. */
  readonly tokenVersion: number;
  readonly tokenUpdatedAt: Date;
  readonly allowedEventNames: AccountView["allowedEventNames"];
  readonly eventNameAliases: AccountView["eventNameAliases"];
  readonly unknownOutcome: AccountView["unknownOutcome"];
  readonly outsideClickWindow: AccountView["outsideClickWindow"];
  readonly waitForClickHours: number;
  readonly automaticEvents: AccountView["automaticEvents"];
  readonly partnerAgent: string | null;
  readonly state: "active" | "paused";
  readonly pausedReason: EventReason | null;
  readonly pausedAt: Date | null;
  /** Meta asked us to slow down: nothing of this account leaves before this moment. */
  readonly throttledUntil: Date | null;
  /** Meta's last answer did not tell what became of the events; null once a clear one has come. */
  readonly unclearSince: Date | null;
  /** Requests for it were hanging of late: until this moment its new events make way for those of others. */
  readonly sluggishUntil: Date | null;
  /** Names that Meta refused for this dataset (2804066), until an operator switches them on again. */
  readonly switchedOffEventNames: readonly string[];
  /** The last time it was tried out at Meta, and what that showed. */
  readonly lastProbe: ProbeNote | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ProbeNote {
  readonly at: Date;
  readonly verdict: "wired" | "accepted" | "refused" | "unclear";
  readonly reason: EventReason | null;
}

export const accountSchema = new Schema<AccountRow>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    wabaId: { type: String, required: true },
    phoneNumberIds: { type: [String], required: true },
    datasetId: { type: String, default: null },
    sealedToken: { type: String, required: true },
    tokenVersion: { type: Number, required: true },
    tokenUpdatedAt: { type: Date, required: true },
    allowedEventNames: { type: [String], required: true },
    eventNameAliases: { type: Schema.Types.Mixed, required: true },
    unknownOutcome: { type: Schema.Types.Mixed, required: true },
    outsideClickWindow: { type: String, required: true },
    waitForClickHours: { type: Number, required: true },
    automaticEvents: { type: String, required: true },
    partnerAgent: { type: String, default: null },
    state: { type: String, required: true },
    pausedReason: { type: String, default: null },
    pausedAt: { type: Date, default: null },
    throttledUntil: { type: Date, default: null },
    unclearSince: { type: Date, default: null },
    sluggishUntil: { type: Date, default: null },
    switchedOffEventNames: { type: [String], required: true },
    lastProbe: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: "accounts", versionKey: false, minimize: false },
);

// One account per WABA: a conversion must have one place to go.
accountSchema.index({ wabaId: 1 }, { name: "one_account_per_waba", unique: true });
