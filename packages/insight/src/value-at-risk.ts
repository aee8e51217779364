import type { StandingAmount, TimeLeft } from "@capi-relay/storage";
import { type Money, sumByCurrency } from "./money.ts";

/** Events that are not delivered yet, and what they are worth. */
export interface AtRisk {
  readonly count: number;
  readonly values: readonly Money[];
}

export interface ValueAtRisk {
  /**
   * By the time left before Meta's limit, most urgent first, and last what has none. Without those that merely wait for
   * a click.
   */
  readonly byTimeLeft: readonly (AtRisk & { readonly left: TimeLeft })[];
  readonly total: AtRisk;
  /** Nobody's fault yet: they go out by themselves when the click becomes known, and many of them never had one. */
  readonly waitingForClick: AtRisk;
}

const LEFT: readonly TimeLeft[] = ["under_6h", "under_24h", "under_3d", "more", "passed"];

export function valueAtRisk(standing: readonly StandingAmount[]): ValueAtRisk {
  const onTheirWay = standing.filter(({ status }) => status !== "waiting_click");
  return {
    byTimeLeft: LEFT.map((left) => ({ left, ...atRisk(onTheirWay.filter((amount) => amount.left === left)) })),
    total: atRisk(onTheirWay),
    waitingForClick: atRisk(standing.filter(({ status }) => status === "waiting_click")),
  };
}

export function atRisk(amounts: readonly Pick<StandingAmount, "count" | "currency" | "value">[]): AtRisk {
  return { count: amounts.reduce((sum, { count }) => sum + count, 0), values: sumByCurrency(amounts) };
}
