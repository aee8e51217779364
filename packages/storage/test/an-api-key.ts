import { randomUUID } from "node:crypto";
import type { ApiKeyMaking } from "../src/index.ts";

/** What a new key is made of; its hash is its own. */
export function anApiKey(changes: Partial<ApiKeyMaking> = {}): ApiKeyMaking {
  return {
    name: "Order system",
    prefix: "crk_01234567",
    hash: `hash-${randomUUID()}`,
    scopes: ["send"],
    accountIds: null,
    defaultWaitSeconds: 0,
    requestsPerMinute: null,
    expiresAt: null,
    createdAt: new Date(),
    createdBy: "root",
    ...changes,
  };
}
