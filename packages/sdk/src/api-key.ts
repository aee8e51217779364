/**
 * `send`: conversions and clicks. `read`: looking. `operate`: retry, cancel, pause and the like. `admin`: everything.
 */
export type ApiKeyScope = "send" | "read" | "operate" | "admin";

export interface NewApiKey {
  /** For people: stands in the audit trail beside what the key did. */
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** The only accounts it may use; null for all, also those to come. */
  readonly accountIds: readonly string[] | null;
  /** How long its conversions wait for their ending when the request does not say, 0 to 30. This SDK always says. */
  readonly defaultWaitSeconds?: number | undefined;
  /** Null for the server's own limit. */
  readonly requestsPerMinute?: number | null | undefined;
  /** ISO 8601 with a time zone; null for never. */
  readonly expiresAt?: string | null | undefined;
}

/** A key without its secret. Times are ISO 8601. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** How the secret begins, to tell keys apart. */
  readonly prefix: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly accountIds: readonly string[] | null;
  readonly defaultWaitSeconds: number;
  readonly requestsPerMinute: number | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  /** The id of the key that made it, or `root`. */
  readonly createdBy: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** A new key. */
export interface IssuedApiKey extends ApiKey {
  /** What programs pass as `apiKey`. Shown this once. */
  readonly secret: string;
}
