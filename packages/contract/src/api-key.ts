import { z } from "zod";
import { PlainText } from "./plain-text.ts";

/**
 * What a key may do. Each stands for itself, `read` is not part of `send`; only `admin` includes the others.
 * `send`: conversions and clicks; `read`: look at conversions, contacts and accounts; `operate`: retry, cancel, resolve,
 * pause, resume, probe; `admin`: accounts, keys, erasure.
 */
export const API_KEY_SCOPES = ["send", "read", "operate", "admin"] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

const AccountIds = z
  .array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be the id of an account"))
  .min(1)
  .max(1_000);

export const ApiKeyCreation = z.strictObject({
  /** For people: it stands in the audit trail beside what the key did. */
  name: PlainText(100),
  scopes: z.array(z.enum(API_KEY_SCOPES)).min(1).max(API_KEY_SCOPES.length),
  /** Only these accounts; null for all, also those to come. No default: a key for everything must be meant. */
  accountIds: AccountIds.nullable(),
  /** How long a conversion's request waits for its ending if it does not say so itself, in seconds. */
  defaultWaitSeconds: z.number().int().min(0).max(30).default(0),
  /** Requests a minute in each process of the API; without it the installation's RATE_LIMIT_PER_KEY. */
  requestsPerMinute: z.number().int().min(1).max(10_000_000).nullable().default(null),
  /** ISO 8601 with a time zone. */
  expiresAt: z.iso
    .datetime({ offset: true, error: "must be a time such as 2027-01-31T12:00:00Z" })
    .nullable()
    .default(null),
});
export type ApiKeyCreation = z.infer<typeof ApiKeyCreation>;

export const ApiKeyRotation = z.strictObject({
  /** How long the old key goes on working beside the new one. */
  overlapHours: z.number().min(0).max(168).default(24),
});
export type ApiKeyRotation = z.infer<typeof ApiKeyRotation>;

/** A key as the API shows it: everything but the secret, of which only a hash is stored. */
export interface ApiKeyView {
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
  /** To the minute or so; null while it was never used. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** The answer to a creation or rotation: the only time the secret is shown. */
export interface ApiKeyIssued extends ApiKeyView {
  readonly secret: string;
}
