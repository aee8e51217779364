import { cents } from "./tally.ts";

/** A sum in one currency; sums of several are never added up. */
export interface Money {
  readonly currency: string;
  readonly value: number;
}

interface Valued {
  readonly currency: string | null;
  readonly value: number;
}

/** Sums by currency, the largest first. A value without a currency is worth nothing that could be named. */
export function sumByCurrency(amounts: Iterable<Valued>): Money[] {
  const sums = new Map<string, number>();
  for (const { currency, value } of amounts) {
    if (currency === null || value === 0) continue;
    sums.set(currency, (sums.get(currency) ?? 0) + value);
  }
  return [...sums]
    .map(([currency, value]) => ({ currency, value: cents(value) }))
    .sort((one, other) => other.value - one.value || (one.currency < other.currency ? -1 : 1));
}
