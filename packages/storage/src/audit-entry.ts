import { Schema } from "mongoose";

/** What a person (or a program with a key) did to an event or an account. */
export interface AuditEntry {
  readonly at: Date;
  /** A user's name or the name of a key; never the key. */
  readonly who: string;
  readonly action:
    | "event_retried"
    | "event_corrected"
    | "event_cancelled"
    | "event_resolved"
    | "account_paused"
    | "account_resumed"
    | "account_probed"
    | "conversation_erased";
  /** The event, account or conversation. */
  readonly subject: string;
  /** Names of corrected fields, or the way an event was resolved; no values. */
  readonly detail: string;
}

export const auditSchema = new Schema<AuditEntry>(
  {
    at: { type: Date, required: true },
    who: { type: String, required: true },
    action: { type: String, required: true },
    subject: { type: String, required: true },
    detail: { type: String, default: "" },
  },
  { collection: "audit", versionKey: false },
);
auditSchema.index({ subject: 1, at: -1 }, { name: "by_subject" });
