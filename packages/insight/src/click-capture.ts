import type { ClickCaptureCount } from "@capi-relay/storage";
import { DAY_MS } from "./time-span.ts";

export interface CaptureDay {
  readonly day: Date;
  readonly withClickId: number;
  readonly withoutClickId: number;
  /** The part (0 to 1) of ad referrals that brought their click id; null on a day without any. */
  readonly rate: number | null;
}

/** How well the clicks of one number are captured. */
export interface PhoneNumberCapture {
  readonly wabaId: string;
  readonly phoneNumberId: string | null;
  readonly days: readonly CaptureDay[];
  /** Over all of the days. */
  readonly rate: number | null;
  /** True when the last two days captured clearly less than the days before: see `hasDropped`. */
  readonly dropped: boolean;
}

/** One line per number, with a day for each of `days`, also where nothing arrived; the numbers with most referrals first. */
export function captureByNumber(counts: readonly ClickCaptureCount[], days: readonly Date[]): PhoneNumberCapture[] {
  const numbers = Map.groupBy(counts, ({ wabaId, phoneNumberId }) => `${wabaId}:${phoneNumberId ?? ""}`);
  return [...numbers.values()].map((own) => captureOf(own, days)).sort((one, other) => seen(other) - seen(one));
}

function captureOf(counts: readonly ClickCaptureCount[], days: readonly Date[]): PhoneNumberCapture {
  const byDay = new Map(counts.map((count) => [count.day.getTime(), count]));
  const filled = days.map((day) => {
    const { withClickId = 0, withoutClickId = 0 } = byDay.get(day.getTime()) ?? {};
    return { day, withClickId, withoutClickId, rate: rateOf([{ withClickId, withoutClickId }]) };
  });
  const [{ wabaId, phoneNumberId } = { wabaId: "", phoneNumberId: null }] = counts;
  return { wabaId, phoneNumberId, days: filled, rate: rateOf(filled), dropped: hasDropped(filled) };
}

const RECENT_MS = 2 * DAY_MS;
/** Fewer referrals than this say nothing about a rate. */
const MIN_REFERRALS = 20;
const DROP_TO = 0.7;

/** Whether the capture rate of the last two days fell below 70 % of what it was before; false while there is too little to tell. */
function hasDropped(days: readonly CaptureDay[]): boolean {
  const last = days.at(-1)?.day.getTime() ?? 0;
  const isRecent = ({ day }: CaptureDay) => day.getTime() > last - RECENT_MS;
  const recent = days.filter(isRecent);
  const before = days.filter((day) => !isRecent(day));
  if (sum(recent) < MIN_REFERRALS || sum(before) < MIN_REFERRALS) return false;
  return (rateOf(recent) ?? 0) < (rateOf(before) ?? 0) * DROP_TO;
}

type Referrals = Pick<CaptureDay, "withClickId" | "withoutClickId">;

function rateOf(days: readonly Referrals[]): number | null {
  const all = sum(days);
  return all === 0 ? null : days.reduce((total, { withClickId }) => total + withClickId, 0) / all;
}

const sum = (days: readonly Referrals[]): number =>
  days.reduce((total, { withClickId, withoutClickId }) => total + withClickId + withoutClickId, 0);
const seen = ({ days }: PhoneNumberCapture): number => sum(days);
