import type { TerminalStatus } from "@capi-relay/contract";
import { type OutcomeGroup, outcomeGroupOf } from "./outcome-group.ts";

/** As much of a tally as a series needs. */
export interface Counts {
  readonly accepted: readonly { readonly count: number }[];
  readonly endings: readonly { readonly status: TerminalStatus; readonly count: number }[];
}

/** What went in and came to an end in one hour or day, in events. */
export interface FlowPoint {
  readonly start: Date;
  readonly accepted: number;
  readonly delivered: number;
  readonly refusedByMeta: number;
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
    waiting += flow.delivered + flow.refusedByMeta + flow.lostCredit + flow.cancelled - flow.accepted;
  }
  return points.reverse();
}

export function totalsOf(points: readonly FlowPoint[]): FlowTotals {
  const total = (name: keyof FlowTotals) => points.reduce((sum, point) => sum + point[name], 0);
  return {
    accepted: total("accepted"),
    delivered: total("delivered"),
    refusedByMeta: total("refusedByMeta"),
    lostCredit: total("lostCredit"),
    cancelled: total("cancelled"),
    refusedAtIntake: total("refusedAtIntake"),
  };
}

/** Delivered events as a part (0 to 1) of all that ended and that nobody cancelled; null when none did. */
export function deliveryRate({ delivered, refusedByMeta, lostCredit }: FlowTotals): number | null {
  const ended = delivered + refusedByMeta + lostCredit;
  return ended === 0 ? null : delivered / ended;
}

function flowOf({ accepted, endings }: Counts): Omit<FlowTotals, "refusedAtIntake"> {
  const ended = (group: OutcomeGroup) => sumOf(endings.filter(({ status }) => outcomeGroupOf(status) === group));
  return {
    accepted: sumOf(accepted),
    delivered: ended("delivered"),
    refusedByMeta: ended("refused_by_meta"),
    lostCredit: ended("lost_credit"),
    cancelled: ended("cancelled"),
  };
}

function sumOf(amounts: readonly { readonly count: number }[]): number {
  return amounts.reduce((sum, { count }) => sum + count, 0);
}
