import { median } from "../median.ts";
import type { Drainer, DrainRate } from "./drain-clock.ts";

/** Events a second: the median of several drains. */
export const perSecondOf = (drains: readonly DrainRate[]): number => median(drains.map(({ perSecond }) => perSecond));

/** Processor time per event, in microseconds, of all parts together: the median of several drains. */
export const cpuUsOf = (drains: readonly DrainRate[]): number =>
  median(drains.map(({ cpuUs }) => Object.values(cpuUs).reduce((sum, part) => sum + part, 0)));

/** The same of one part of the relay. */
export const cpuUsOfPart = (part: "worker" | "redis" | "mongo", drains: readonly DrainRate[]): number =>
  median(drains.map(({ cpuUs }) => cpuUs[part] ?? 0));

/** The same of each part, in words. */
export function cpuPartsOf(drains: readonly DrainRate[]): string {
  const part = (name: "worker" | "redis" | "mongo") => cpuUsOfPart(name, drains).toFixed(0);
  return `worker ${part("worker")}, Redis ${part("redis")}, MongoDB ${part("mongo")}`;
}

/** Lets each drain so many events, one after the other: the fastest. */
export async function bestOf(drainers: readonly Drainer[], events: number): Promise<DrainRate> {
  const rates = [];
  for (const drainer of drainers) rates.push(await drainer.drain(events));
  return rates.reduce((best, rate) => (rate.perSecond > best.perSecond ? rate : best));
}
