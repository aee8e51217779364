import type { Account, AccountStore, AlertRow, AlertStore } from "@capi-relay/storage";
import type { AlertBell } from "../alert-bell.ts";

export interface CloseAlertsPorts {
  readonly alerts: Pick<AlertStore, "open">;
  readonly bell: Pick<AlertBell, "allClear">;
  /** Itself: as it was remembered a moment ago, an account just paused is active, and nobody rings for it again. */
  readonly accountStore: Pick<AccountStore, "findAll">;
  readonly now: () => Date;
}

/** What has no state to look at is over when it has not been met for this long, in milliseconds. */
const QUIET_MS = 3_600_000;
/** What every sweep looks at is met again and again until it is over. */
const DOUBT_QUIET_MS = 120_000;

/** Closes alerts whose cause is gone. All are looked at: one of many must not stay open because others came later. */
export async function closeAlerts({ alerts, bell, accountStore, now }: CloseAlertsPorts): Promise<number> {
  const open = await alerts.open();
  const accounts = await accountStore.findAll([...new Set(open.map((alert) => alert.accountId))]);
  const over = open.filter((alert) => isOver(alert, accounts.get(alert.accountId), now()));
  for (const alert of over) await bell.allClear(alert);
  return over.length;
}

function isOver(alert: AlertRow, account: Account | undefined, now: Date): boolean {
  if (account === undefined) return true;
  switch (alert.kind) {
    case "account_paused":
      return account.state === "active";
    case "event_name_switched_off":
      return !account.switchedOffEventNames.includes(alert.detail);
    case "meta_counted_none":
    case "event_quarantined":
      return isQuietFor(QUIET_MS, alert, now);
    case "outcome_unknown":
      return isQuietFor(DOUBT_QUIET_MS, alert, now);
  }
}

function isQuietFor(ms: number, { lastMetAt }: AlertRow, now: Date): boolean {
  return now.getTime() - lastMetAt.getTime() > ms;
}
