import type { RestingEvents } from "@capi-relay/dispatch";
import { type ProbeResult, probeDestination } from "@capi-relay/meta";
import type { Account, AccountStore } from "@capi-relay/storage";

export interface TryPorts {
  readonly accountStore: Pick<AccountStore, "find" | "openToken" | "resumeMended" | "noteProbe">;
  readonly graph: Parameters<typeof probeDestination>[0];
  readonly now: () => Date;
}

/** Tries an account's token and dataset out at Meta and remembers the result; null when it has no dataset yet. */
export async function tryAccount(
  account: Account,
  { accountStore, graph, now }: TryPorts,
): Promise<ProbeResult | null> {
  if (account.datasetId === null) return null;
  const eventName = account.allowedEventNames.find((name) => !account.switchedOffEventNames.includes(name));
  const result = await probeDestination(
    graph,
    {
      wabaId: account.wabaId,
      datasetId: account.datasetId,
      accessToken: accountStore.openToken(account),
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
  if (account.state === "active" || account.pausedReason === "paused_by_operator") return account;
  const result = await tryAccount(account, ports);
  if (result === null) return account;
  const resumed = result.verdict === "refused" ? null : await ports.accountStore.resumeMended(account, ports.now());
  return resumed ?? (await ports.accountStore.find(account.id)) ?? account;
}

/** Sends what was held for an account, if it can send now. */
export async function letHeldGo(
  account: Account,
  { resting }: { readonly resting: Pick<RestingEvents, "releaseAccount"> },
): Promise<void> {
  if (account.state === "active" && account.datasetId !== null) await resting.releaseAccount(account.id);
}
