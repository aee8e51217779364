import type { ApiKeyScope } from "@capi-relay/contract";
import { Schema } from "mongoose";

/** One document of `api_keys`. Revoked and expired keys stay: the audit trail names them. */
export interface ApiKeyRow {
  readonly _id: string;
  readonly name: string;
  readonly prefix: string;
  /** Of the secret, which is stored nowhere. */
  readonly hash: string;
  readonly scopes: readonly ApiKeyScope[];
  /** Null: all accounts, also those to come. */
  readonly accountIds: readonly string[] | null;
  readonly defaultWaitSeconds: number;
  /** Null: what the installation allows every key. */
  readonly requestsPerMinute: number | null;
  readonly expiresAt: Date | null;
  /**
   * When it would have ended, had it not been replaced: `expiresAt` is the end of the overlap then. Absent while it is
   * not.
   */
  readonly unreplacedExpiresAt?: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export const apiKeySchema = new Schema<ApiKeyRow>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    prefix: { type: String, required: true },
    hash: { type: String, required: true },
    scopes: { type: [String], required: true },
    // Mixed, because Mongoose makes an empty list of an absent one, and here null means all.
    accountIds: { type: Schema.Types.Mixed, default: null },
    defaultWaitSeconds: { type: Number, required: true },
    requestsPerMinute: { type: Number, default: null },
    expiresAt: { type: Date, default: null },
    unreplacedExpiresAt: { type: Date },
    createdAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    lastUsedAt: { type: Date, default: null },
    revokedAt: { type: Date, default: null },
  },
  { collection: "api_keys", versionKey: false },
);

// How every request finds its key; unique, so that one secret can never stand for two sets of rights.
apiKeySchema.index({ hash: 1 }, { name: "one_key_per_secret", unique: true });
