import type { RollupReader } from "@capi-relay/insight";
import type { Account, AccountStore, AlertCause } from "@capi-relay/storage";
import type { AlertBell } from "../alert-bell.ts";

export interface TellTroublesPorts {
  readonly figures: Pick<RollupReader, "accountsInDoubt">;
  readonly accountStore: Pick<AccountStore, "inTrouble">;
  readonly bell: Pick<AlertBell, "ring">;
}

/**
 * Rings for all that needs a person and shows in what is stored: doubts, and what a worker has stopped without being
 * able to ring for it. Returns how many of them are news.
 */
export async function tellTroubles({ figures, accountStore, bell }: TellTroublesPorts): Promise<number> {
  const doubts = await figures.accountsInDoubt();
  const stopped = await accountStore.inTrouble();
  const causes = [
    ...doubts.map((accountId): AlertCause => ({ kind: "outcome_unknown", accountId, detail: "" })),
    ...stopped.flatMap(whatIsStopped),
  ];
  let told = 0;
  for (const cause of causes) if (await bell.ring(cause)) told += 1;
  return told;
}

function whatIsStopped({ id: accountId, state, pausedReason, switchedOffEventNames }: Account): AlertCause[] {
  const isPausedByMeta = state === "paused" && pausedReason !== null && pausedReason !== "paused_by_operator";
  return [
    ...(isPausedByMeta ? [{ kind: "account_paused", accountId, detail: pausedReason } as const] : []),
    ...switchedOffEventNames.map((detail) => ({ kind: "event_name_switched_off", accountId, detail }) as const),
  ];
}
