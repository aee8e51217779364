import type { Account } from "@capi-relay/storage";
import type { Principal } from "./principal.ts";

interface Accounts {
  find(id: string): Promise<Account | null>;
}

/**
 * The accounts as the caller may see them. Another's is not even looked up: whether it is in somebody's use, and so in
 * a cache, would show in the time the answer takes.
 */
export function ownAccounts(principal: Principal, accounts: Accounts): Accounts {
  return { find: async (id) => (principal.mayUse(id) ? accounts.find(id) : null) };
}

/**
 * What was found by an id that does not tell whose it is, if it belongs to an account of the caller's. Looked up first
 * and judged after: somebody else's and what does not exist then take the same look-ups and get the same answer.
 */
export function ifOwn<Found extends { readonly accountId: string }>(
  principal: Principal,
  found: Found | null,
): Found | null {
  return found !== null && principal.mayUse(found.accountId) ? found : null;
}
