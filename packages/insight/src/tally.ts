import type { Amount, DurationCount, EndingAmount, PurchaseEnding, RollupRow } from "@capi-relay/storage";

/** What a roll-up counts, whoever and whenever it is about. */
export type Tally = Pick<RollupRow, "accepted" | "endings" | "deliveredIn" | "purchaseEndings">;

export const EMPTY_TALLY: Tally = { accepted: [], endings: [], deliveredIn: [], purchaseEndings: [] };

/** Adds tallies up: hours to a day, accounts to all of them. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  return {
    accepted: sumAmounts(
      tallies.flatMap(({ accepted }) => accepted),
      nameOfAmount,
    ),
    endings: sumAmounts(
      tallies.flatMap(({ endings }) => endings),
      nameOfEnding,
    ),
    purchaseEndings: sumAmounts(
      tallies.flatMap(({ purchaseEndings = [] }) => purchaseEndings),
      nameOfPurchaseEnding,
    ),
    deliveredIn: sumDurations(tallies.flatMap(({ deliveredIn }) => deliveredIn)),
  };
}

/**
 * Adds the amounts up that have the same name; those without a count go. Sorted by name, so that equal sums look equal.
 */
export function sumAmounts<Counted extends { readonly count: number; readonly value: number }>(
  amounts: readonly Counted[],
  nameOf: (amount: Counted) => string,
): Counted[] {
  const sums = new Map<string, { first: Counted; count: number; value: number }>();
  for (const amount of amounts) {
    if (amount.count === 0) continue;
    const name = nameOf(amount);
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { first: amount, count: amount.count, value: amount.value });
    else {
      sum.count += amount.count;
      sum.value += amount.value;
    }
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { first, count, value }]) => ({ ...first, count, value: cents(value) }));
}

/** Sums of floating-point numbers grow tails; no currency has more than three decimals. */
export function cents(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function sumDurations(counts: readonly DurationCount[]): DurationCount[] {
  const sums = new Map<number, number>();
  for (const { bucket, count } of counts) sums.set(bucket, (sums.get(bucket) ?? 0) + count);
  return [...sums].sort(([one], [other]) => one - other).map(([bucket, count]) => ({ bucket, count }));
}

// Joined, not as JSON: thousands of names are made for one page, and none of these words holds a bar.
const nameOfAmount = ({ eventName, currency }: Amount): string => `${eventName}|${currency ?? ""}`;
const nameOfEnding = ({ eventName, currency, status, reason }: EndingAmount): string =>
  `${eventName}|${currency ?? ""}|${status}|${reason ?? ""}`;
const nameOfPurchaseEnding = ({ acceptedIn, currency, status, reason }: PurchaseEnding): string =>
  `${acceptedIn.getTime()}|${currency ?? ""}|${status}|${reason ?? ""}`;
