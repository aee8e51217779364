import { isToBeMended, letHeldGo, resumeIfMended, type TryPorts } from "@capi-relay/case-work";
import type { AccountChange } from "@capi-relay/contract";
import type { RestingEvents } from "@capi-relay/dispatch";
import type { Account, AccountStore, CachedAccounts } from "@capi-relay/storage";
import { ApiProblem } from "./api-problem.ts";
import { foundAccount } from "./found-account.ts";
import { readableToken } from "./readable-token.ts";

export interface ChangeAccountPorts extends TryPorts {
  readonly accountStore: TryPorts["accountStore"] & Pick<AccountStore, "change">;
  readonly cachedAccounts: Pick<CachedAccounts, "forget">;
  readonly resting: Pick<RestingEvents, "releaseAccount">;
  /** Told as soon as the change is stored: what Meta says of it later does not undo it. */
  readonly noteChange: () => Promise<void>;
}

/**
 * Changes an account's settings. A new token or dataset is tried out if a refusal had paused the account, and lets the
 * held events go if Meta takes it.
 */
export async function changeAccount(
  account: Account,
  change: AccountChange,
  ports: ChangeAccountPorts,
): Promise<Account> {
  demandPossible(account, change, ports);
  const existing = (found: Account | null): Account => foundAccount(found, ports.cachedAccounts);
  const stored = existing(await ports.accountStore.change(account.id, change, ports.now()));
  await ports.noteChange();
  if (change.accessToken === undefined && change.datasetId === undefined) return stored;
  const changed = existing(await resumeIfMended(stored, ports));
  await letHeldGo(changed, ports);
  return changed;
}

function demandPossible(
  account: Account,
  { datasetId, accessToken }: AccountChange,
  { accountStore }: Pick<ChangeAccountPorts, "accountStore">,
): void {
  // A creation is asked this by its schema; a change does not hold the WABA id.
  if (datasetId === account.wabaId) {
    throw new ApiProblem("invalid_value", "datasetId is the WABA id; the dataset has an id of its own.", "datasetId");
  }
  // Before it is stored: with this token another dataset could not be tried out.
  if (datasetId !== undefined && accessToken === undefined && isToBeMended(account)) {
    readableToken(account, accountStore);
  }
}
