import type { SampleShop } from "./sample-shops.ts";
import type { SeededRandom } from "./seeded-random.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const SAMPLE_DAYS = 30;

/** How busy each hour of the day is, UTC: quiet nights, a noon, a long evening. */
const HOURS = [3, 2, 1, 1, 1, 1, 2, 3, 5, 7, 9, 11, 13, 12, 11, 11, 12, 13, 14, 15, 15, 13, 9, 5];

/** How many events one shop has in each hour of the last 30 days, oldest first. Together as many as `count`. */
export function eventsPerHour(shop: SampleShop, count: number, now: Date, random: SeededRandom): number[] {
  const weights = Array.from({ length: SAMPLE_DAYS * 24 }, (_, hour) => {
    const grown = 1 + (shop.growth - 1) * (hour / (SAMPLE_DAYS * 24));
    const weekend = Math.floor(hour / 24) % 7 >= 5 ? 1.3 : 1;
    const hourOfDay = new Date(now.getTime() - SAMPLE_DAYS * DAY_MS + hour * HOUR_MS).getUTCHours();
    return (HOURS[hourOfDay] ?? 1) * grown * weekend * (0.8 + 0.4 * random.next());
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let due = 0;
  let given = 0;
  return weights.map((weight) => {
    due += (weight / total) * count;
    const now = Math.round(due) - given;
    given += now;
    return now;
  });
}

/** A moment in that hour. The last of the 720 hours ends at `now`. */
export function momentIn(hour: number, now: Date, random: SeededRandom): Date {
  const start = now.getTime() - SAMPLE_DAYS * DAY_MS + hour * HOUR_MS;
  return new Date(start + Math.floor(random.next() * HOUR_MS));
}
