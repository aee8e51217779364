import { PERIODS, type Period } from "@capi-relay/insight";
import { z } from "zod";
import { dayText } from "../events/time-text.ts";

const USUAL_PERIOD = "24h";
const Known = z.enum(PERIODS);
const Day = z.iso.date();
const DAY_MS = 86_400_000;
/** More points than these are no chart any more, and refusals at intake are added up by the hour. */
const MAX_DAYS = 92;
/** What waited then is worked out by all that happened since. */
const MAX_DAYS_BACK = 400;

export interface PeriodFields {
  readonly period: string;
  readonly from: string;
  readonly to: string;
}

export interface AskedPeriod {
  readonly period: Period;
  /** Why it is not what was asked for; the figures of another time must not pass for that. */
  readonly mistake: string | null;
}

/** Which time the figures shall be about: a ready-made one, or from the first of some UTC days to the last. */
export function readPeriod({ period, from, to }: PeriodFields, now: Date): AskedPeriod {
  if (from !== "" || to !== "") return readDays(from, to, now);
  const { data = USUAL_PERIOD, success } = Known.safeParse(period);
  return { period: data, mistake: success || period === "" ? null : "period: choose one of the list." };
}

function readDays(from: string, to: string, now: Date): AskedPeriod {
  const days = [Day.safeParse(from), Day.safeParse(to)];
  if (!days.every(({ success }) => success)) return no("from, to: write two days such as 2026-11-20.");
  const [first, last] = [Date.parse(from), Date.parse(to)];
  if (first > last) return no("from, to: the first day comes after the last.");
  if (first > now.getTime()) return no("from: that day has not begun.");
  if (last - first >= MAX_DAYS * DAY_MS) return no(`from, to: at most ${MAX_DAYS} days are shown at once.`);
  if (now.getTime() - first > MAX_DAYS_BACK * DAY_MS) return no(`from: at most ${MAX_DAYS_BACK} days back.`);
  // Days that have not begun hold nothing yet.
  const until = Math.min(last + DAY_MS, Math.floor(now.getTime() / DAY_MS) * DAY_MS + DAY_MS);
  return { period: { from: new Date(first), until: new Date(until) }, mistake: null };
}

function no(mistake: string): AskedPeriod {
  return { period: USUAL_PERIOD, mistake };
}

/** A period as the fields of an address. */
export function periodFields(period: Period): Record<string, string> {
  if (typeof period === "string") return { period };
  return { from: dayText(period.from), to: dayText(new Date(period.until.getTime() - DAY_MS)) };
}
