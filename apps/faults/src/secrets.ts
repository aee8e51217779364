import { createHash, randomBytes } from "node:crypto";

/** Everything that must never be seen where it does not belong; made anew for each cluster. */
export interface Secrets {
  readonly adminApiKey: string;
  readonly encryptionKeys: string;
  readonly lookupKey: string;
  readonly verifyToken: string;
  readonly appSecret: string;
  readonly sandboxAdminToken: string;
  readonly accessToken: string;
  /** Personal data that some events carry. */
  readonly email: string;
  readonly phone: string;
  readonly externalId: string;
  /** Every click id of the cluster begins with it. */
  readonly clickPrefix: string;
}

export function newSecrets(): Secrets {
  const word = (bytes: number) => randomBytes(bytes).toString("hex");
  return {
    adminApiKey: `cr_${word(24)}`,
    encryptionKeys: `k1:${randomBytes(32).toString("base64")}`,
    lookupKey: word(24),
    verifyToken: word(12),
    appSecret: word(16),
    sandboxAdminToken: word(16),
    accessToken: `EAA${word(24)}`,
    email: `canary.${word(6)}@example.org`,
    phone: `5511${9e8 + Math.floor(Math.random() * 9e7)}`,
    externalId: `canary-${word(8)}`,
    clickPrefix: `clid-${word(6)}-`,
  };
}

/**
 * The words to look for, by what they are. A plain hash of a phone number or address is as good as the thing itself.
 */
export function canaries(secrets: Secrets): ReadonlyMap<string, string> {
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  return new Map([
    ["access token", secrets.accessToken],
    ["API key", secrets.adminApiKey],
    ["app secret", secrets.appSecret],
    ["e-mail address", secrets.email],
    ["hashed e-mail address", hash(secrets.email)],
    ["phone number", secrets.phone],
    ["hashed phone number", hash(secrets.phone)],
    ["external id", secrets.externalId],
    ["hashed external id", hash(secrets.externalId)],
    ["click id", secrets.clickPrefix],
  ]);
}
