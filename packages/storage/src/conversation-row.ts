import type { AdClick } from "@capi-relay/domain";
import { Schema, type Types } from "mongoose";
import type { ForgottenContact, FormerPhone } from "./contact-traces.ts";

/**
 * One document of `conversations`: a contact's thread with one WABA. Kept by WABA, not by account, so that a click
 * which arrives before its account is set up is not lost.
 */
export interface ConversationRow {
  readonly _id: Types.ObjectId;
  readonly wabaId: string;
  /** `bsuid:…` or, for a contact known by number alone, `phone:…`: what makes a contact one contact. */
  readonly contactKey: string;
  readonly bsuidKey: string | null;
  readonly phoneKey: string | null;
  /** When the message was sent that told of the number; absent without one, and where nobody noted it. */
  readonly phoneSaidAt?: Date;
  /** Numbers it had before, so that an erasure finds the events that named it by them; absent for nearly all. */
  readonly formerPhones?: FormerPhone[];
  readonly clicks: AdClick[];
  /**
   * When the newest of the clicks was stored (not clicked), or somebody else became known as their owner: what the
   * sweeper looks for.
   */
  readonly clickStoredAt: Date | null;
  /** Events on their way while the contact was forgotten, to be looked at once more; absent for all others. */
  readonly forgetLater?: string[];
  /**
   * Who it was, from when it was forgotten until its events are: an erasure that broke off goes on when it is repeated.
   */
  readonly forgotten?: ForgottenContact[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const clickSchema = new Schema<AdClick>(
  {
    ctwaClid: { type: String, required: true },
    clickedAt: { type: Date, required: true },
    adId: { type: String, default: null },
    sourceUrl: { type: String, default: null },
    headline: { type: String, default: null },
  },
  { _id: false },
);

export const conversationSchema = new Schema<ConversationRow>(
  {
    wabaId: { type: String, required: true },
    contactKey: { type: String, required: true },
    bsuidKey: { type: String, default: null },
    phoneKey: { type: String, default: null },
    phoneSaidAt: { type: Date },
    clicks: { type: [clickSchema], required: true },
    clickStoredAt: { type: Date, default: null },
    // Mongoose would make every list an empty one, and the index a large one.
    forgetLater: { type: [String], default: undefined },
    formerPhones: { type: [Schema.Types.Mixed], default: undefined },
    forgotten: { type: [Schema.Types.Mixed], default: undefined },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: "conversations", versionKey: false },
);

conversationSchema.index({ wabaId: 1, contactKey: 1 }, { name: "one_conversation_per_contact", unique: true });
conversationSchema.index({ wabaId: 1, phoneKey: 1 }, { name: "by_phone" });
conversationSchema.index({ forgetLater: 1 }, { name: "to_forget_later", sparse: true });
conversationSchema.index({ clickStoredAt: 1 }, { name: "newest_clicks" });
