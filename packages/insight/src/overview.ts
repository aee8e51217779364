import type { AlertRow, AlertStore, ClickCaptureStore } from "@capi-relay/storage";
import { captureByNumber, type PhoneNumberCapture } from "./click-capture.ts";
import { percentile } from "./duration-buckets.ts";
import { deliveryRate, type FlowPoint, type FlowTotals, flowSeries, totalsOf, waitingBefore } from "./flow-series.ts";
import { type AccountIntake, type IntakeRefusals, type RefusalSource, readRefusals } from "./intake-refusals.ts";
import { type Period, type PeriodPoints, pointsOf } from "./period.ts";
import { PURCHASE, type Purchases, purchasesIn } from "./purchases.ts";
import { type RankedReason, rankReasons } from "./ranked-reasons.ts";
import { ALL_ACCOUNTS } from "./rollup-key.ts";
import type { RollupReader } from "./rollup-reader.ts";
import { EMPTY_TALLY } from "./tally.ts";
import { DAY_MS, startOf, startsIn, type TimeRange } from "./time-span.ts";
import { type AtRisk, atRisk, type ValueAtRisk, valueAtRisk } from "./value-at-risk.ts";

/** The first page of the console. Durations in milliseconds, rates from 0 to 1, test events left out. */
export interface Overview {
  readonly kind: "hour" | "day";
  /** What the period covers; of one that is not over, `until` lies ahead. */
  readonly range: TimeRange;
  readonly series: readonly FlowPoint[];
  readonly totals: FlowTotals;
  readonly waitingNow: number;
  /** Of purchases accepted in the period, whenever they ended. */
  readonly purchases: Purchases;
  /** Purchases that were delivered in the period, whenever they were accepted. */
  readonly deliveredPurchases: AtRisk;
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
  const [counts, countsSince, countsLately, whole, purchases, standingRows, refusals, captures, alerts, countedUntil] =
    await Promise.all([
      ports.rollups.counts(points, accountId),
      countsAfter(ports.rollups, points, accountId, now),
      ports.rollups.counts(lastDay, accountId),
      ports.rollups.whole(points, accountId),
      readPurchases(ports.rollups, points, accountId, now),
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
  const series = flowSeries(spans, waitingBefore(countsSince, waitingNow));
  const totals = totalsOf(series);
  return {
    kind: points.kind,
    range: { from: points.from, until: points.until },
    series,
    totals,
    waitingNow,
    purchases: purchasesIn({ accepted: whole.accepted, ...purchases }),
    deliveredPurchases: atRisk(
      whole.endings.filter(({ eventName, status }) => eventName === PURCHASE && status === "delivered"),
    ),
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

/** What has happened since a period that is over; a period of days ends at a midnight. */
async function countsAfter(rollups: RollupReader, { until }: PeriodPoints, accountId: string | null, now: Date) {
  if (until >= now) return [];
  const since = { from: until, until: new Date(now.getTime() + 1) };
  return rollups.counts({ kind: "day", ...since, starts: startsIn("day", since) }, accountId);
}

async function readPurchases(rollups: RollupReader, range: TimeRange, accountId: string | null, now: Date) {
  const [endings, doubtful] = await Promise.all([
    rollups.purchaseEndings(range, accountId, now),
    rollups.doubtfulPurchases(range, accountId),
  ]);
  return { endings, doubtful };
}

function daysBefore(day: Date, days: number): Date {
  return new Date(day.getTime() - days * DAY_MS);
}
