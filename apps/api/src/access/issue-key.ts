import type { ApiKeyCreation } from "@capi-relay/contract";
import type { AccountStore, ApiKey, ApiKeyStore, CachedApiKeys } from "@capi-relay/storage";
import { apiKeyHash, apiKeyPrefix, newApiKeySecret } from "@capi-relay/vault";
import { ApiProblem } from "../api-problem.ts";
import { ownAccounts } from "./own.ts";
import type { Principal } from "./principal.ts";

export interface KeyPorts {
  readonly apiKeyStore: Pick<ApiKeyStore, "create" | "find" | "list" | "revoke" | "endBy">;
  readonly cachedApiKeys: Pick<CachedApiKeys, "forget">;
  readonly accountStore: Pick<AccountStore, "find">;
  readonly now: () => Date;
}

/** A new key, and the one moment at which its secret exists outside its holder's hands. */
export interface IssuedKey {
  readonly key: ApiKey;
  readonly secret: string;
}

/** Makes a key that may do no more, on no more accounts and for no longer than whoever makes it. */
export async function issueKey(asked: ApiKeyCreation, by: Principal, ports: KeyPorts): Promise<IssuedKey> {
  const expiresAt = asked.expiresAt === null ? null : new Date(asked.expiresAt);
  if (expiresAt !== null && expiresAt <= ports.now()) {
    throw new ApiProblem("invalid_value", "expiresAt has passed already; name a time to come, or null.", "expiresAt");
  }
  // Scopes need no check: only admin keys come here, and admin includes them all.
  await demandOwnAccounts(asked.accountIds, by, ports.accountStore);
  return create({ ...asked, expiresAt }, by, ports);
}

/** A successor with the same rights; the old key goes on for the overlap, or until its own end if that comes first. */
export async function rotateKey(
  id: string,
  overlapHours: number,
  by: Principal,
  ports: KeyPorts,
): Promise<IssuedKey & { readonly old: ApiKey }> {
  const old = await findKey(id, by, ports);
  const now = ports.now();
  if (old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now)) throw new ApiProblem("api_key_ended");
  // The successor first: should we stop between the two, there is one key too many and not one too few.
  // Replaced once more, because the first answer was lost: the overlap of then must not become its successor's end.
  const { expiresAt, unreplacedExpiresAt = expiresAt } = old;
  const issued = await create({ ...old, expiresAt: unreplacedExpiresAt }, by, ports);
  await ports.apiKeyStore.endBy(old.id, new Date(now.getTime() + overlapHours * 3_600_000));
  ports.cachedApiKeys.forget(old.hash);
  return { ...issued, old };
}

/** Ends a key at once; once more changes nothing. Answers whether this call ended it. */
export async function revokeKey(id: string, by: Principal, ports: KeyPorts): Promise<boolean> {
  const key = await findKey(id, by, ports);
  const isNews = await ports.apiKeyStore.revoke(key.id, ports.now());
  ports.cachedApiKeys.forget(key.hash);
  return isNews;
}

/** The keys whoever asks may know of: those with no more accounts than their own. */
export async function keysVisibleTo(by: Principal, { apiKeyStore }: KeyPorts): Promise<ApiKey[]> {
  return (await apiKeyStore.list()).filter(({ accountIds }) => by.covers(accountIds));
}

async function findKey(id: string, by: Principal, { apiKeyStore }: KeyPorts): Promise<ApiKey> {
  const key = await apiKeyStore.find(id);
  if (key === null || !by.covers(key.accountIds)) throw new ApiProblem("api_key_not_found", undefined, "id");
  return key;
}

async function demandOwnAccounts(
  accountIds: readonly string[] | null,
  by: Principal,
  accounts: KeyPorts["accountStore"],
): Promise<void> {
  if (accountIds === null) {
    if (by.accountIds !== null) throw new ApiProblem("key_bound_to_accounts", undefined, "accountIds");
    return;
  }
  const found = await Promise.all(accountIds.map((id) => ownAccounts(by, accounts).find(id)));
  const missing = found.indexOf(null);
  if (missing !== -1) throw new ApiProblem("account_not_found", undefined, `accountIds.${missing}`);
}

type Rights = Pick<ApiKey, "name" | "scopes" | "accountIds" | "defaultWaitSeconds" | "requestsPerMinute" | "expiresAt">;

async function create(rights: Rights, by: Principal, { apiKeyStore, now }: KeyPorts): Promise<IssuedKey> {
  const { name, scopes, accountIds, defaultWaitSeconds, requestsPerMinute, expiresAt } = rights;
  const secret = newApiKeySecret();
  const key = await apiKeyStore.create({
    name,
    prefix: apiKeyPrefix(secret),
    hash: apiKeyHash(secret),
    scopes: [...new Set(scopes)],
    accountIds: accountIds === null ? null : [...new Set(accountIds)],
    defaultWaitSeconds,
    requestsPerMinute,
    expiresAt: earlier(expiresAt, by.expiresAt),
    createdAt: now(),
    createdBy: by.id,
  });
  return { key, secret };
}

/** Null is never. */
function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}
