import { type Ending, type OutcomeGroup, outcomeGroupOf } from "./outcome-group.ts";

/** As much of a tally as a series needs. */
export interface Counts {
  readonly accepted: readonly { readonly count: number }[];
  readonly endings: readonly (Ending & { readonly count: number })[];
}

/** What went in and came to an end in one hour or day, in events. */
export interface FlowPoint {
  readonly start: Date;
  readonly accepted: number;
  readonly delivered: number;
  readonly refusedByMeta: number;
  readonly noAdClick: number;
  readonly lostCredit: number;
  readonly cancelled: number;
  /** Turned away at the door: never became events. */
  readonly refusedAtIntake: number;
  /** Accepted and not yet brought to an end when the hour or day was over; now, for the running one. */
  readonly waiting: number;
}

export type FlowTotals = Omit<FlowPoint, "start" | "waiting">;

export interface CountedSpan {
  readonly start: Date;
  readonly counts: Counts;
  readonly refusedAtIntake: number;
}

/**
 * One point for each span. How many waited is worked out backwards from how many wait now: whoever was accepted later
 * did not wait yet, and whoever ended later still did.
 */
export function flowSeries(spans: readonly CountedSpan[], waitingNow: number): FlowPoint[] {
  let waiting = waitingNow;
  const points: FlowPoint[] = [];
  for (const { start, counts, refusedAtIntake } of spans.toReversed()) {
    const flow = flowOf(counts);
    // Counted a moment apart, the figures may disagree by a few.
    points.push({ start, ...flow, refusedAtIntake, waiting: Math.max(0, waiting) });
    waiting += endedIn(flow) - flow.accepted;
  }
  return points.reverse();
}

export function totalsOf(points: readonly FlowPoint[]): FlowTotals {
  const total = (name: keyof FlowTotals) => points.reduce((sum, point) => sum + point[name], 0);
  return {
    accepted: total("accepted"),
    delivered: total("delivered"),
    refusedByMeta: total("refusedByMeta"),
    noAdClick: total("noAdClick"),
    lostCredit: total("lostCredit"),
    cancelled: total("cancelled"),
    refusedAtIntake: total("refusedAtIntake"),
  };
}

/** How many waited when a time was over, worked out from how many wait now and what was counted since. */
export function waitingBefore(counts: readonly Counts[], waitingNow: number): number {
  return counts.map(flowOf).reduce((waiting, flow) => waiting + endedIn(flow) - flow.accepted, waitingNow);
}

function endedIn({ delivered, refusedByMeta, noAdClick, lostCredit, cancelled }: Omit<FlowTotals, "refusedAtIntake">) {
  return delivered + refusedByMeta + noAdClick + lostCredit + cancelled;
}

/**
 * Delivered events as a part (0 to 1) of all that ended, that nobody cancelled, and of whose customer a click is known;
 * null when none did.
 */
export function deliveryRate({ delivered, refusedByMeta, lostCredit }: FlowTotals): number | null {
  const ended = delivered + refusedByMeta + lostCredit;
  return ended === 0 ? null : delivered / ended;
}

function flowOf({ accepted, endings }: Counts): Omit<FlowTotals, "refusedAtIntake"> {
  const ended = (group: OutcomeGroup) => sumOf(endings.filter((ending) => outcomeGroupOf(ending) === group));
  return {
    accepted: sumOf(accepted),
    delivered: ended("delivered"),
    refusedByMeta: ended("refused_by_meta"),
    noAdClick: ended("no_ad_click"),
    lostCredit: ended("lost_credit"),
    cancelled: ended("cancelled"),
  };
}

function sumOf(amounts: readonly { readonly count: number }[]): number {
  return amounts.reduce((sum, { count }) => sum + count, 0);
}
