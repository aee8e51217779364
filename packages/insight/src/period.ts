import { endOf, type SpanKind, startOf, startsIn, type TimeRange } from "./time-span.ts";

/** What the overview can show. */
export const PERIODS = ["24h", "7d", "30d"] as const;
export type Period = (typeof PERIODS)[number];

const SHAPES: Readonly<Record<Period, { readonly kind: SpanKind; readonly points: number }>> = {
  "24h": { kind: "hour", points: 24 },
  "7d": { kind: "hour", points: 168 },
  "30d": { kind: "day", points: 30 },
};

/** The points of a period, oldest first; the last one is the hour or day that is still running. */
export interface PeriodPoints extends TimeRange {
  readonly kind: SpanKind;
  readonly starts: readonly Date[];
}

export function pointsOf(period: Period, now: Date): PeriodPoints {
  const { kind, points } = SHAPES[period];
  const last = startOf(kind, now);
  const until = endOf(kind, last);
  const from = new Date(until.getTime() - points * (until.getTime() - last.getTime()));
  return { kind, from, until, starts: startsIn(kind, { from, until }) };
}
