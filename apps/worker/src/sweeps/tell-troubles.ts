import type { RollupReader } from "@capi-relay/insight";
import type { Account, AccountStore, AlertCause, AlertStore } from "@capi-relay/storage";
import type { AlertBell } from "../alert-bell.ts";

export interface TellTroublesPorts {
  readonly figures: Pick<RollupReader, "accountsInDoubt">;
  readonly accountStore: Pick<AccountStore, "inTrouble">;
  readonly alerts: Pick<AlertStore, "meetAgain">;
  readonly bell: Pick<AlertBell, "ring">;
  readonly now: () => Date;
}

/**
 * Rings for all that needs a person and shows in what is stored: doubts, and what a worker has stopped without being
 * able to ring for it. Returns how many of them are news.
 */
export async function tellTroubles({ figures, accountStore, alerts, bell, now }: TellTroublesPorts): Promise<number> {
  const doubts = await figures.accountsInDoubt();
  const stopped = await accountStore.inTrouble();
  const causes = [
    ...doubts.map((accountId): AlertCause => ({ kind: "outcome_unknown", accountId, detail: "" })),
    ...stopped.flatMap(whatIsStopped),
  ];
  let told = 0;
  // Of thousands that stand for days, the bell is asked once: a look at all of them takes two commands.
  for (const cause of await alerts.meetAgain(causes, now())) if (await bell.ring(cause)) told += 1;
  return told;
}

function whatIsStopped({ id: accountId, state, pausedReason, switchedOffEventNames }: Account): AlertCause[] {
  const isPausedByMeta = state === "paused" && pausedReason !== null && pausedReason !== "paused_by_operator";
  return [
    ...(isPausedByMeta ? [{ kind: "account_paused", accountId, detail: pausedReason } as const] : []),
    ...switchedOffEventNames.map((detail) => ({ kind: "event_name_switched_off", accountId, detail }) as const),
  ];
}
