import type { Account, CachedAccounts } from "@capi-relay/storage";
import { ApiProblem } from "./api-problem.ts";

/**
 * The account that a store found or changed. What this process remembered of it is forgotten: whoever acts on an
 * account goes by what is stored.
 * @throws ApiProblem `account_not_found` when there is none.
 */
export function foundAccount(account: Account | null, cachedAccounts: Pick<CachedAccounts, "forget">): Account {
  if (account === null) throw new ApiProblem("account_not_found", undefined, "id");
  cachedAccounts.forget(account.id);
  return account;
}
