import type { SpanKind, TimeRange } from "./time-span.ts";

/** Stands for all accounts together; an account id holds letters, digits, `-` and `_` only. */
export const ALL_ACCOUNTS = "*";

/**
 * The `_id` of a roll-up: whoever knows what it is about knows where it is, and the rows of one hour lie side by side.
 */
export function rollupKey(kind: SpanKind, start: Date, accountId: string): string {
  return `${kind}|${start.toISOString()}|${accountId}`;
}

/** Every key of the hours or days that begin in a range is at least the first and less than the second. */
export function keysWithin(kind: SpanKind, { from, until }: TimeRange): { $gte: string; $lt: string } {
  return { $gte: `${kind}|${from.toISOString()}|`, $lt: `${kind}|${until.toISOString()}|` };
}
