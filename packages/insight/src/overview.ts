import type { AlertRow, AlertStore, ClickCaptureStore } from "@capi-relay/storage";
import { captureByNumber, type PhoneNumberCapture } from "./click-capture.ts";
import { percentile } from "./duration-buckets.ts";
import { deliveryRate, type FlowPoint, type FlowTotals, flowSeries, totalsOf } from "./flow-series.ts";
import { type AccountIntake, type IntakeRefusals, type RefusalSource, readRefusals } from "./intake-refusals.ts";
import { type Period, pointsOf } from "./period.ts";
import { type Purchases, purchasesIn } from "./purchases.ts";
import { type RankedReason, rankReasons } from "./ranked-reasons.ts";
import { ALL_ACCOUNTS } from "./rollup-key.ts";
import type { RollupReader } from "./rollup-reader.ts";
import { EMPTY_TALLY } from "./tally.ts";
import { DAY_MS, startOf, startsIn } from "./time-span.ts";
import { type ValueAtRisk, valueAtRisk } from "./value-at-risk.ts";

/** The first page of the console. Durations in milliseconds, rates from 0 to 1, test events left out. */
export interface Overview {
  readonly kind: "hour" | "day";
  readonly series: readonly FlowPoint[];
  readonly totals: FlowTotals;
  readonly waitingNow: number;
  readonly purchases: Purchases;
  readonly deliveryRate: number | null;
  readonly timeToDelivered: { readonly p50Ms: number | null; readonly p95Ms: number | null };
  readonly reasons: readonly RankedReason[];
  readonly intakeRefusals: IntakeRefusals["byCode"];
  /** Of the last 24 hours, whatever the period: what is over is no trouble. */
  readonly intakeLately: IntakeLately;
  readonly valueAtRisk: ValueAtRisk;
  readonly clickCapture: readonly PhoneNumberCapture[];
  readonly openAlerts: readonly AlertRow[];
  /** Changes before this moment are in the figures; null before they were counted for the first time. */
  readonly countedUntil: Date | null;
}

export interface IntakeLately {
  /** What was taken in, and what was refused for anything but a name that is switched off. */
  readonly hours: readonly { readonly start: Date; readonly accepted: number; readonly toMend: number }[];
  /** The four accounts with most to mend. */
  readonly byAccount: readonly AccountIntake[];
}

export interface OverviewPorts {
  readonly rollups: RollupReader;
  readonly refusals: RefusalSource;
  readonly clickCaptures: Pick<ClickCaptureStore, "between">;
  readonly alerts: Pick<AlertStore, "open">;
}

/** One account with its WABA, or all of them. */
export type OverviewScope = { readonly accountId: string; readonly wabaId: string } | null;

const ALERTS = 100;
/**
 * Whatever the period: a rate needs days before it to have dropped from, and a drop of a week must not pass for the
 * usual.
 */
const CAPTURE_DAYS = 30;

/**
 * What the operator sees first. Reads sums and small tables only, so it costs the same however many events there are.
 */
export async function readOverview(
  ports: OverviewPorts,
  scope: OverviewScope,
  period: Period,
  now: Date,
): Promise<Overview> {
  const accountId = scope?.accountId ?? null;
  const points = pointsOf(period, now);
  const lastDay = pointsOf("24h", now);
  const today = startOf("day", now);
  const captureRange = { from: daysBefore(today, CAPTURE_DAYS - 1), until: daysBefore(today, -1) };
  const [counts, countsLately, whole, standingRows, refusals, captures, alerts, countedUntil] = await Promise.all([
    ports.rollups.counts(points, accountId),
    ports.rollups.counts(lastDay, accountId),
    ports.rollups.whole(points, accountId),
    ports.rollups.standing([accountId ?? ALL_ACCOUNTS]),
    readRefusals(ports.refusals, accountId, points, lastDay),
    ports.clickCaptures.between(scope?.wabaId ?? null, captureRange),
    ports.alerts.open(ALERTS),
    ports.rollups.countedUntil(),
  ]);
  const standing = standingRows.get(accountId ?? ALL_ACCOUNTS) ?? [];
  const waitingNow = standing.reduce((sum, { count }) => sum + count, 0);
  const spans = points.starts.map((start, index) => ({
    start,
    counts: counts[index] ?? EMPTY_TALLY,
    refusedAtIntake: refusals.byStart.get(start.getTime()) ?? 0,
  }));
  const series = flowSeries(spans, waitingNow);
  const totals = totalsOf(series);
  return {
    kind: points.kind,
    series,
    totals,
    waitingNow,
    purchases: purchasesIn(whole),
    deliveryRate: deliveryRate(totals),
    timeToDelivered: { p50Ms: percentile(whole.deliveredIn, 0.5), p95Ms: percentile(whole.deliveredIn, 0.95) },
    reasons: rankReasons(whole, standing),
    intakeRefusals: refusals.byCode,
    intakeLately: {
      hours: lastDay.starts.map((start, index) => ({
        start,
        accepted: (countsLately[index] ?? EMPTY_TALLY).accepted.reduce((sum, { count }) => sum + count, 0),
        toMend: refusals.toMendLately.get(start.getTime()) ?? 0,
      })),
      byAccount: refusals.lately,
    },
    valueAtRisk: valueAtRisk(standing),
    clickCapture: captureByNumber(captures, startsIn("day", captureRange)),
    openAlerts: accountId === null ? alerts : alerts.filter((alert) => alert.accountId === accountId),
    countedUntil,
  };
}

function daysBefore(day: Date, days: number): Date {
  return new Date(day.getTime() - days * DAY_MS);
}
