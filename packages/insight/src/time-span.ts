/** Hours and days are UTC: they have no summer time, and an installation may serve shops of many zones. */
export type SpanKind = "hour" | "day";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const LENGTH_MS: Readonly<Record<SpanKind, number>> = { hour: HOUR_MS, day: DAY_MS };

/** From inclusive, until exclusive. */
export interface TimeRange {
  readonly from: Date;
  readonly until: Date;
}

export function startOf(kind: SpanKind, moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / LENGTH_MS[kind]) * LENGTH_MS[kind]);
}

export function endOf(kind: SpanKind, start: Date): Date {
  return new Date(start.getTime() + LENGTH_MS[kind]);
}

/** The starts of every hour or day that a range touches, oldest first. */
export function startsIn(kind: SpanKind, { from, until }: TimeRange): Date[] {
  const starts: Date[] = [];
  for (let start = startOf(kind, from); start < until; start = endOf(kind, start)) starts.push(start);
  return starts;
}

/** Neighbouring hours as one range, so that a day of history is counted by one command; never longer than a day. */
export function rangesOfHours(hours: Iterable<Date>): TimeRange[] {
  const sorted = [...new Set([...hours].map((hour) => hour.getTime()))].sort((one, other) => one - other);
  const ranges: { from: Date; until: Date }[] = [];
  for (const time of sorted) {
    const last = ranges.at(-1);
    const continues = last?.until.getTime() === time && time - last.from.getTime() < DAY_MS;
    if (last !== undefined && continues) last.until = new Date(time + HOUR_MS);
    else ranges.push({ from: new Date(time), until: new Date(time + HOUR_MS) });
  }
  return ranges;
}
