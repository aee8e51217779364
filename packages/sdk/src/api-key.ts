export type ApiKeyScope = "send" | "read" | "operate" | "admin";

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** Accounts it may act for; null for all. */
  readonly accountIds?: readonly string[] | null | undefined;
  /** How long its sends wait for the ending when they do not say, 0 to 30. This SDK always says. */
  readonly defaultWaitSeconds?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  /** ISO 8601; null for never. */
  readonly expiresAt?: string | null | undefined;
}

/** A key without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly accountIds: readonly string[] | null;
  readonly defaultWaitSeconds: number;
  readonly requestsPerMinute: number | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** A new key. `key` is shown this once. */
export interface ShownApiKey extends ApiKey {
  readonly key: string;
}
