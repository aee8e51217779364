import type { RestingEvents } from "@capi-relay/dispatch";
import { type ProbeResult, probeDestination } from "@capi-relay/meta";
import type { Account, AccountStore } from "@capi-relay/storage";

export interface TryPorts {
  readonly accountStore: Pick<AccountStore, "find" | "readToken" | "resumeMended" | "noteProbe">;
  readonly graph: Parameters<typeof probeDestination>[0];
  readonly now: () => Date;
}

/** Why an account was not tried out: there is no dataset yet, or no encryption key opens its token any more. */
type Untried = "no_dataset" | "token_unreadable";

/** Tries an account's token and dataset out at Meta and remembers the result. */
export async function tryAccount(
  account: Account,
  { accountStore, graph, now }: TryPorts,
): Promise<ProbeResult | Untried> {
  if (account.datasetId === null) return "no_dataset";
  const accessToken = accountStore.readToken(account);
  if (accessToken === null) return "token_unreadable";
  const eventName = account.allowedEventNames.find((name) => !account.switchedOffEventNames.includes(name));
  const result = await probeDestination(
    graph,
    {
      wabaId: account.wabaId,
      datasetId: account.datasetId,
      accessToken,
      partnerAgent: account.partnerAgent,
      eventName: eventName ?? "LeadSubmitted",
    },
    now(),
  );
  await accountStore.noteProbe(account.id, { at: now(), verdict: result.verdict, reason: result.reason });
  return result;
}

/**
 * After a new token or dataset: resumes an account that Meta's refusal had paused, unless Meta refuses it still. An
 * operator's pause is lifted by an operator only. Returns the account as it then is, with what Meta said as its last
 * probe.
 */
export async function resumeIfMended(account: Account, ports: TryPorts): Promise<Account> {
  if (!isToBeMended(account)) return account;
  const result = await tryAccount(account, ports);
  if (typeof result === "string") return account;
  const resumed = result.verdict === "refused" ? null : await ports.accountStore.resumeMended(account, ports.now());
  return resumed ?? (await ports.accountStore.find(account.id)) ?? account;
}

/** True when a new token or dataset may end its pause; it is tried out then. */
export function isToBeMended({ state, pausedReason }: Pick<Account, "state" | "pausedReason">): boolean {
  return state === "paused" && pausedReason !== "paused_by_operator";
}

/** Sends what was held for an account, if it can send now. */
export async function letHeldGo(
  account: Account,
  { resting }: { readonly resting: Pick<RestingEvents, "releaseAccount"> },
): Promise<void> {
  if (account.state === "active" && account.datasetId !== null) await resting.releaseAccount(account.id);
}
