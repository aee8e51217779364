import type { ApiKeyView } from "@capi-relay/contract";
import type { ApiKey } from "@capi-relay/storage";

/** A key for people: everything but what stands for its secret. */
export function keyView({
  id,
  hash: _hash,
  unreplacedExpiresAt: _unreplaced,
  expiresAt,
  createdAt,
  lastUsedAt,
  revokedAt,
  ...shown
}: ApiKey): ApiKeyView {
  return {
    id,
    ...shown,
    expiresAt: expiresAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
