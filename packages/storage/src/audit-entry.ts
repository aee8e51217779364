import { Schema } from "mongoose";

/** What a person (or a program with a key) did to an event or an account. */
export interface AuditEntry {
  readonly at: Date;
  /** A user's name, the name and id of a key, `root key`, or `a worker`; never a secret. */
  readonly who: string;
  readonly action:
    | "event_retried"
    | "event_corrected"
    | "event_cancelled"
    | "event_resolved"
    | "account_created"
    | "account_changed"
    | "account_paused"
    | "account_resumed"
    | "account_probed"
    | "dataset_linked"
    | "event_name_switched_on"
    | "conversation_erased"
    | "api_key_created"
    | "api_key_rotated"
    | "api_key_revoked"
    | "bulk_retry_started"
    | "bulk_retry_stopped"
    | "bulk_decision_started"
    | "bulk_decision_stopped";
  /** The event, account, conversation, API key, bulk retry or bulk decision. */
  readonly subject: string;
  /**
   * Names of corrected fields, the way an event was resolved and the id of the bulk decision that did it, the id of a
   * key's successor, of the bulk retry that sent an event again, what a bulk decision is about, or why a worker paused
   * an account; no values.
   */
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
// What a bulk retry sent again: only such entries name one, so that no other entry costs this a write.
auditSchema.index(
  { detail: 1 },
  { name: "by_bulk_retry", partialFilterExpression: { action: "event_retried", detail: { $gt: "" } } },
);
// What a bulk decision sent again, by the same means: a person's decisions are few.
auditSchema.index(
  { detail: 1, subject: 1 },
  { name: "by_bulk_decision", partialFilterExpression: { action: "event_resolved", detail: { $gt: "" } } },
);
// What the console shows: everything, newest first.
auditSchema.index({ at: -1, _id: -1 }, { name: "newest_first" });
