import { type EventReason, explainReason } from "@capi-relay/contract";
import type { Account, StandingAmount } from "@capi-relay/storage";
import type { RollupReader } from "./rollup-reader.ts";
import { DAY_MS } from "./time-span.ts";
import { type AtRisk, atRisk } from "./value-at-risk.ts";

/** One account as the operator sees it: can it send, and what waits for it. */
export interface DestinationHealth {
  readonly accountId: string;
  readonly name: string;
  readonly wabaId: string;
  readonly datasetId: string | null;
  /**
   * `paused`: nothing leaves until a person acts. `no_dataset`: there is nowhere to send to. `careful`: Meta's last
   * answer was unclear, so events leave one at a time. `throttled`: Meta asked for a pause.
   */
  readonly health: "healthy" | "paused" | "no_dataset" | "careful" | "throttled";
  readonly pausedReason: EventReason | null;
  /** The reason in plain words: what happened, and what to do. */
  readonly explanation: string | null;
  readonly pausedAt: Date | null;
  readonly throttledUntil: Date | null;
  readonly unclearSince: Date | null;
  readonly tokenAgeDays: number;
  readonly tokenUpdatedAt: Date;
  readonly switchedOffEventNames: readonly string[];
  readonly lastProbe: Account["lastProbe"];
  /** True of a refusal after which somebody resumed the account or changed it: what it says may not be so any more. */
  readonly isProbeOutdated: boolean;
  /** Events that wait for this destination to be mended. */
  readonly held: AtRisk;
  /** Events that Meta did not take, and that are tried again later. */
  readonly retrying: AtRisk;
  readonly waitingForClick: AtRisk;
  /** Events that may have arrived at Meta or not: a person decides. */
  readonly inDoubt: AtRisk;
  /** Everything that is not yet brought to an end, held events included. */
  readonly standing: AtRisk;
}

/** Every account's health, those in trouble first. */
export async function readDestinations(
  ports: { readonly accounts: { list(): Promise<Account[]> }; readonly rollups: Pick<RollupReader, "standing"> },
  now: Date,
): Promise<DestinationHealth[]> {
  const accounts = await ports.accounts.list();
  const standing = await ports.rollups.standing(accounts.map(({ id }) => id));
  return accounts
    .map((account) => destinationOf(account, standing.get(account.id) ?? [], now))
    .sort((one, other) => URGENCY.indexOf(one.health) - URGENCY.indexOf(other.health) || byName(one, other));
}

const URGENCY: readonly DestinationHealth["health"][] = ["paused", "no_dataset", "careful", "throttled", "healthy"];

function destinationOf(account: Account, amounts: readonly StandingAmount[], now: Date): DestinationHealth {
  const { pausedReason, tokenUpdatedAt } = account;
  return {
    accountId: account.id,
    name: account.name,
    wabaId: account.wabaId,
    datasetId: account.datasetId,
    health: healthOf(account, now),
    pausedReason,
    explanation: pausedReason === null ? null : explainReason(pausedReason),
    pausedAt: account.pausedAt,
    throttledUntil: account.throttledUntil,
    unclearSince: account.unclearSince,
    tokenAgeDays: Math.floor((now.getTime() - tokenUpdatedAt.getTime()) / DAY_MS),
    tokenUpdatedAt,
    switchedOffEventNames: account.switchedOffEventNames,
    lastProbe: account.lastProbe,
    isProbeOutdated: isProbeOutdated(account),
    held: atRisk(amounts.filter(({ status }) => status === "held")),
    retrying: atRisk(amounts.filter(({ status }) => status === "retry_scheduled")),
    waitingForClick: atRisk(amounts.filter(({ status }) => status === "waiting_click")),
    inDoubt: atRisk(amounts.filter(({ status }) => status === "outcome_unknown")),
    standing: atRisk(amounts),
  };
}

/** A probe itself is no change, and neither is what Meta answers to events. */
function isProbeOutdated({ state, lastProbe, updatedAt }: Account): boolean {
  return state === "active" && lastProbe?.verdict === "refused" && updatedAt > lastProbe.at;
}

function healthOf(account: Account, now: Date): DestinationHealth["health"] {
  if (account.state === "paused") return "paused";
  if (account.datasetId === null) return "no_dataset";
  if (account.unclearSince !== null) return "careful";
  return account.throttledUntil !== null && account.throttledUntil > now ? "throttled" : "healthy";
}

function byName(one: DestinationHealth, other: DestinationHealth): number {
  return one.name.localeCompare(other.name, "en") || (one.accountId < other.accountId ? -1 : 1);
}
