import type { Account, AccountStore } from "@capi-relay/storage";
import { ApiProblem } from "./api-problem.ts";

/**
 * The account's token, for a question to Meta.
 * @throws ApiProblem `token_unreadable` when no encryption key opens it any more.
 */
export function readableToken(account: Account, accountStore: Pick<AccountStore, "readToken">): string {
  const token = accountStore.readToken(account);
  if (token === null) throw tokenUnreadable();
  return token;
}

/** Names what mends it: the token, which a PATCH replaces. */
export const tokenUnreadable = (): ApiProblem => new ApiProblem("token_unreadable", undefined, "accessToken");
