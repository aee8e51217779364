import { eventsPerHour, momentIn, SAMPLE_DAYS, sampleEvent } from "@capi-relay/sample-history";
import type { EventRow, MongoConnection } from "@capi-relay/storage";
import { BUSY_SHOPS } from "./busy-shops.ts";
import { eventInEarnest } from "./event-in-earnest.ts";
import { LAX, ROWS_AT_A_TIME } from "./insert-in-parts.ts";
import type { Making } from "./making.ts";

/** Hour by hour, so that rows of one time lie side by side as they do in earnest. */
export async function insertEvents(
  mongo: MongoConnection,
  {
    random,
    events,
    now,
    phoneKeyOf,
    sealedOf,
    onProgress,
  }: Making & { sealedOf: (accountId: string) => string; onProgress(line: string): void },
): Promise<void> {
  const customers = { count: Math.max(100, Math.round(events / 5)), phoneKeyOf };
  const totalWeight = BUSY_SHOPS.reduce((sum, { weight }) => sum + weight, 0);
  const perShop = BUSY_SHOPS.map((shop) => ({
    shop,
    perHour: eventsPerHour(shop, Math.round((events * shop.weight) / totalWeight), now, random),
  }));
  let rows: EventRow[] = [];
  let made = 0;
  const flush = async () => {
    made += rows.length;
    if (rows.length > 0) await mongo.native.events.insertMany(rows, LAX);
    if (made % 100_000 < rows.length) onProgress(`${made} events`);
    rows = [];
  };
  for (let hour = 0; hour < SAMPLE_DAYS * 24; hour += 1) {
    for (const { shop, perHour } of perShop) {
      for (let event = 0; event < (perHour[hour] ?? 0); event += 1) {
        const number = 10_000_000 + made + rows.length;
        const row = sampleEvent(number, shop, momentIn(hour, now, random), now, random, customers);
        rows.push(eventInEarnest(row, now, random, sealedOf));
        if (rows.length === ROWS_AT_A_TIME) await flush();
      }
    }
  }
  await flush();
}
