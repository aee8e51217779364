import { z } from "zod";

const DAY_MS = 86_400_000;
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** What to write where a time is asked for. */
export const TIME_MISTAKE = "write a day such as 2026-11-20, or a time such as 2026-11-20T08:00.";

/** A UTC day, or a moment in UTC as a field of a form writes it. */
export const TimeText = z.union([z.iso.date(), z.iso.datetime({ local: true, precision: -1 })]);

/** Where a time begins. */
export function beginOf(text: string): Date {
  return new Date(DAY.test(text) ? text : `${text}Z`);
}

/** Where a time ends: of a day the whole is meant to be in, and a moment is not. */
export function endOf(text: string): Date {
  return DAY.test(text) ? new Date(Date.parse(text) + DAY_MS) : beginOf(text);
}

/** A day, as a field of a form writes it. */
export function dayText(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** The day or the moment with which a time begins. */
export function beginText(moment: Date | null): string | null {
  if (moment === null) return null;
  return isMidnight(moment) ? dayText(moment) : momentText(moment);
}

/** The last day that is in, or the first moment that is not. */
export function endText(moment: Date | null): string | null {
  if (moment === null) return null;
  return isMidnight(moment) ? dayText(new Date(moment.getTime() - DAY_MS)) : momentText(moment);
}

export function isDayText(text: string): boolean {
  return DAY.test(text);
}

/** A range for people, as a part of a sentence: accepted since 2026-11-20 08:00 UTC. */
export function timeInWords(what: string, from: Date | null, to: Date | null): string[] {
  const [begin, end] = [beginText(from), endText(to)];
  return [
    ...(begin === null ? [] : [`${what} since ${inWords(begin)}`]),
    ...(end === null ? [] : [`${what} until ${inWords(end)}`]),
  ];
}

function inWords(text: string): string {
  return `${text.replace("T", " ")} UTC`;
}

function isMidnight(moment: Date): boolean {
  return moment.getTime() % DAY_MS === 0;
}

function momentText(moment: Date): string {
  return moment.toISOString().slice(0, 16);
}
