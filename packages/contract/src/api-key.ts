import { z } from "zod";
import type { Answer } from "./answer.ts";
import { Moment } from "./moment.ts";
import { PlainText } from "./plain-text.ts";

const ApiKeyScope = z
  .enum(["send", "read", "operate", "admin"])
  .describe(
    "`send`: conversions and clicks. `read`: look at conversions, contacts and accounts. `operate`: retry, cancel, resolve, pause, resume, probe. `admin`: accounts, keys, erasure, and all of the others. Apart from `admin` none includes another.",
  );
export type ApiKeyScope = z.infer<typeof ApiKeyScope>;
export const API_KEY_SCOPES = ApiKeyScope.options;

const AccountId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be the id of an account");

export const ApiKeyCreation = z
  .strictObject({
    name: PlainText(100).describe("For people: stands in the audit trail beside what the key did."),
    scopes: z.array(ApiKeyScope).min(1).max(API_KEY_SCOPES.length).describe("What the key may do."),
    // No default: a key for everything must be meant.
    accountIds: z
      .array(AccountId)
      .min(1)
      .max(1_000)
      .nullable()
      .describe("The only accounts it may use; null for all, also those to come."),
    defaultWaitSeconds: z
      .int()
      .min(0)
      .max(30)
      .default(0)
      .describe("How long its conversions wait for their ending when the request does not say, in seconds."),
    requestsPerMinute: z
      .int()
      .min(1)
      .max(10_000_000)
      .nullable()
      .default(null)
      .describe("Its own limit in each process of the API; null for RATE_LIMIT_PER_KEY."),
    expiresAt: z.iso
      .datetime({ offset: true, error: "must be a time such as 2027-01-31T12:00:00Z" })
      .nullable()
      .default(null)
      .describe("When it stops working, at the latest with the key that makes it; null for never."),
  })
  .meta({
    id: "ApiKeyCreation",
    description: "A new API key.",
    examples: [{ name: "Shop checkout", scopes: ["send", "read"], accountIds: ["shop-1"] }],
  });
export type ApiKeyCreation = z.infer<typeof ApiKeyCreation>;

export const ApiKeyRotation = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(168)
      .default(24)
      .describe("How long the old key goes on working beside the new one."),
  })
  .meta({ id: "ApiKeyRotation", description: "How to replace a key.", examples: [{ overlapHours: 72 }] });

/** A key as the API shows it: everything but the secret, of which only a hash is stored. */
export const ApiKeyView = z
  .object({
    id: z.string().meta({ description: "Stands in addresses and in the audit trail.", examples: ["key_4fT9ab2QxZ0L"] }),
    name: z.string().describe("For people."),
    prefix: z.string().meta({ description: "How the secret begins, to tell keys apart.", examples: ["crk_8sK2mPq1"] }),
    scopes: z.array(ApiKeyScope).describe("What it may do."),
    accountIds: z.array(z.string()).nullable().describe("Null for all accounts."),
    defaultWaitSeconds: z.int().describe("How long its conversions wait for their ending, in seconds."),
    requestsPerMinute: z.int().nullable().describe("Its own limit; null for RATE_LIMIT_PER_KEY."),
    expiresAt: Moment("When it stops working.").nullable().describe("When it stops working; null for never."),
    createdAt: Moment("When it was made."),
    createdBy: z.string().describe("The id of the key that made it, or `root`."),
    lastUsedAt: Moment("When it was used last.")
      .nullable()
      .describe("When it was used last, to the minute or so; null for never."),
    revokedAt: Moment("When it was revoked.").nullable().describe("When it was revoked; null while it is not."),
  })
  .meta({ id: "ApiKey", description: "An API key without its secret." });
export type ApiKeyView = Answer<typeof ApiKeyView>;

/** The answer to a creation or rotation. */
export const ApiKeyIssued = ApiKeyView.extend({
  secret: z.string().meta({
    description: "What goes behind `Authorization: Bearer`. Shown this once: only a hash of it is stored.",
    examples: ["crk_…"],
  }),
}).meta({ id: "ApiKeyIssued", description: "A new API key and, this once, its secret." });

export const ApiKeyList = z
  .object({ apiKeys: z.array(ApiKeyView).describe("Those the caller may know of.") })
  .meta({ id: "ApiKeyList", description: "API keys, newest first, also those that have ended." });
