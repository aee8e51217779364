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
  /** Not null when the last two days captured clearly less than the days before: see `dropOf`. */
  readonly drop: CaptureDrop | null;
}

export interface CaptureDrop {
  /** The first of the days that captured so little. */
  readonly since: Date;
  /** Over the days before. */
  readonly rateBefore: number;
  readonly rateSince: number;
  /** Ad referrals without click id since then. */
  readonly lost: number;
}

/**
 * One line per number, with a day for each of `days`, also where nothing arrived; those that dropped first, then those
 * with most referrals.
 */
export function captureByNumber(counts: readonly ClickCaptureCount[], days: readonly Date[]): PhoneNumberCapture[] {
  const numbers = Map.groupBy(counts, ({ wabaId, phoneNumberId }) => `${wabaId}:${phoneNumberId ?? ""}`);
  return [...numbers.values()]
    .map((own) => captureOf(own, days))
    .sort((one, other) => Number(other.drop !== null) - Number(one.drop !== null) || seen(other) - seen(one));
}

function captureOf(counts: readonly ClickCaptureCount[], days: readonly Date[]): PhoneNumberCapture {
  const byDay = new Map(counts.map((count) => [count.day.getTime(), count]));
  const filled = days.map((day) => {
    const { withClickId = 0, withoutClickId = 0 } = byDay.get(day.getTime()) ?? {};
    return { day, withClickId, withoutClickId, rate: rateOf([{ withClickId, withoutClickId }]) };
  });
  const [{ wabaId, phoneNumberId } = { wabaId: "", phoneNumberId: null }] = counts;
  return { wabaId, phoneNumberId, days: filled, rate: rateOf(filled), drop: dropOf(filled) };
}

const RECENT_MS = 2 * DAY_MS;
/** Fewer referrals than this say nothing about a rate. */
const MIN_REFERRALS = 20;
const DROP_TO = 0.7;

/**
 * Whether the capture rate of the last two days fell below 70 % of what it was before; null while there is too little
 * to tell.
 */
function dropOf(days: readonly CaptureDay[]): CaptureDrop | null {
  const last = days.at(-1)?.day.getTime() ?? 0;
  const firstRecent = days.findIndex(({ day }) => day.getTime() > last - RECENT_MS);
  if (sum(days.slice(firstRecent)) < MIN_REFERRALS || sum(days.slice(0, firstRecent)) < MIN_REFERRALS) return null;
  const limit = (rateOf(days.slice(0, firstRecent)) ?? 0) * DROP_TO;
  if ((rateOf(days.slice(firstRecent)) ?? 0) >= limit) return null;
  // Back to the last day that was well; a day without any referral says nothing.
  const lastWell = days.findLastIndex(({ rate }, index) => rate !== null && rate >= limit && index < firstRecent);
  const since = days.find(({ rate }, index) => rate !== null && rate < limit && index > lastWell);
  if (since === undefined) return null;
  const [before, after] = [days.slice(0, days.indexOf(since)), days.slice(days.indexOf(since))];
  const lost = after.reduce((total, { withoutClickId }) => total + withoutClickId, 0);
  return { since: since.day, rateBefore: rateOf(before) ?? 0, rateSince: rateOf(after) ?? 0, lost };
}

type Referrals = Pick<CaptureDay, "withClickId" | "withoutClickId">;

function rateOf(days: readonly Referrals[]): number | null {
  const all = sum(days);
  return all === 0 ? null : days.reduce((total, { withClickId }) => total + withClickId, 0) / all;
}

const sum = (days: readonly Referrals[]): number =>
  days.reduce((total, { withClickId, withoutClickId }) => total + withClickId + withoutClickId, 0);
const seen = ({ days }: PhoneNumberCapture): number => sum(days);
