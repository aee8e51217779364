import type { EventReason, EventStatus } from "@capi-relay/contract";
import type { StandingAmount } from "@capi-relay/storage";
import { type Money, sumByCurrency } from "./money.ts";
import type { Tally } from "./tally.ts";

/** Why events are not delivered: one reason in one status. */
export interface RankedReason {
  readonly reason: EventReason;
  readonly status: EventStatus;
  readonly count: number;
  readonly values: readonly Money[];
}

/** Reasons of what ended in the period and of what rests now, the most frequent first. */
export function rankReasons({ endings }: Tally, standing: readonly StandingAmount[]): RankedReason[] {
  const groups = new Map<string, { reason: EventReason; status: EventStatus; amounts: Amount[] }>();
  for (const { reason, status, ...amount } of [...endings, ...standing]) {
    if (reason === null) continue;
    const key = `${status} ${reason}`;
    const group = groups.get(key) ?? { reason, status, amounts: [] };
    group.amounts.push(amount);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ reason, status, amounts }) => ({
      reason,
      status,
      count: amounts.reduce((sum, { count }) => sum + count, 0),
      values: sumByCurrency(amounts),
    }))
    .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1));
}

type Amount = Pick<StandingAmount, "count" | "currency" | "value">;
