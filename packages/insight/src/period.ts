import { DAY_MS, endOf, type SpanKind, startOf, startsIn, type TimeRange } from "./time-span.ts";

/** Periods until now that need not be typed. */
export const PERIODS = ["24h", "7d", "30d"] as const;
export type ReadyPeriod = (typeof PERIODS)[number];
/** What the overview can show: one of these, or whole UTC days. */
export type Period = ReadyPeriod | TimeRange;

const SHAPES: Readonly<Record<ReadyPeriod, { readonly kind: SpanKind; readonly points: number }>> = {
  "24h": { kind: "hour", points: 24 },
  "7d": { kind: "hour", points: 168 },
  "30d": { kind: "day", points: 30 },
};

/** The points of a period, oldest first; the last one is the hour or day that is still running. */
export interface PeriodPoints extends TimeRange {
  readonly kind: SpanKind;
  readonly starts: readonly Date[];
}

/** Days up to so many are drawn hour by hour. */
const HOURLY_DAYS = 7;

export function pointsOf(period: Period, now: Date): PeriodPoints {
  if (typeof period !== "string") return pointsOfDays(period);
  const { kind, points } = SHAPES[period];
  const last = startOf(kind, now);
  const until = endOf(kind, last);
  const from = new Date(until.getTime() - points * (until.getTime() - last.getTime()));
  return { kind, from, until, starts: startsIn(kind, { from, until }) };
}

function pointsOfDays({ from, until }: TimeRange): PeriodPoints {
  const kind = until.getTime() - from.getTime() <= HOURLY_DAYS * DAY_MS ? "hour" : "day";
  return { kind, from, until, starts: startsIn(kind, { from, until }) };
}

export interface Span {
  readonly kind: SpanKind;
  readonly start: Date;
}

/** The fewest roll-ups that cover a period: whole days, and hours where it begins in the middle of one. */
export function coveringSpans({ kind, starts, from }: PeriodPoints): Span[] {
  if (kind === "day") return starts.map((start) => ({ kind, start }));
  const firstWholeDay = Math.ceil(from.getTime() / DAY_MS) * DAY_MS;
  const hours = starts.filter((start) => start.getTime() < firstWholeDay);
  const days = starts.filter((start) => start.getTime() >= firstWholeDay && start.getTime() % DAY_MS === 0);
  return [...hours.map((start) => ({ kind, start })), ...days.map((start) => ({ kind: "day" as const, start }))];
}
