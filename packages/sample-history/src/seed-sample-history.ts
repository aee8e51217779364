import {
  type AccountStore,
  AuditLog,
  ClickCaptureStore,
  type EventRow,
  type MongoConnection,
  storing,
} from "@capi-relay/storage";
import { removeSampleRows } from "./clear-sample-history.ts";
import { countFigures } from "./count-figures.ts";
import { sampleEvent } from "./sample-event.ts";
import { healthy, SAMPLE_SHOPS, type SampleShop } from "./sample-shops.ts";
import { createShops, sampleAlerts, sampleAudit, sampleCaptures } from "./sample-surroundings.ts";
import { eventsPerHour, momentIn } from "./sample-times.ts";
import { SeededRandom } from "./seeded-random.ts";

export interface SampleHistoryOptions {
  readonly mongo: MongoConnection;
  readonly accounts: AccountStore;
  /** How many events; they spread over the 30 days before `now`. */
  readonly count: number;
  /** The same seed, count and moment make the same history. */
  readonly seed: number;
  readonly now: Date;
  readonly phoneKeyOf: (digits: string) => string;
  /** True for thirty days in which nothing went wrong that would need a person. Default: false. */
  readonly isHealthy?: boolean;
  /** Told how many events are in. */
  onProgress(inserted: number): void;
}

const ROWS_AT_A_TIME = 2_000;
/** Sample data may be lost in a power cut. */
const LAX = { ordered: false, writeConcern: { w: 1, journal: false } } as const;

/**
 * Replaces the sample history: accounts, events with their endings, clicks, alerts and audit, as 30 days of six shops
 * with growing sales could have left them. Every event is marked as a sample, and what is marked never becomes queued.
 */
export async function seedSampleHistory(options: SampleHistoryOptions): Promise<void> {
  const { mongo, accounts, count, seed, now, isHealthy = false } = options;
  const shops = isHealthy ? SAMPLE_SHOPS.map(healthy) : SAMPLE_SHOPS;
  const random = new SeededRandom(seed);
  await removeSampleRows(mongo);
  await createShops(shops, mongo, accounts, now);
  await insertEvents(shops, options, random);
  await new ClickCaptureStore(mongo).add(sampleCaptures(shops, now, count, random));
  await storing(() => mongo.collections.alerts.insertMany(sampleAlerts(shops, now)));
  await new AuditLog(mongo).appendAll(sampleAudit(shops, now));
  await countFigures(mongo);
}

async function insertEvents(
  shops: readonly SampleShop[],
  options: SampleHistoryOptions,
  random: SeededRandom,
): Promise<void> {
  const { mongo, now, count, phoneKeyOf, onProgress } = options;
  const customers = { count: Math.max(100, Math.round(count / 5)), phoneKeyOf };
  const totalWeight = shops.reduce((sum, { weight }) => sum + weight, 0);
  let rows: EventRow[] = [];
  let made = 0;
  const flush = async () => {
    if (rows.length > 0) await storing(() => mongo.native.events.insertMany(rows, LAX));
    rows = [];
    onProgress(made);
  };
  for (const shop of shops) {
    const perHour = eventsPerHour(shop, Math.round((count * shop.weight) / totalWeight), now, random);
    for (const [hour, events] of perHour.entries()) {
      for (let event = 0; event < events; event += 1) {
        made += 1;
        rows.push(sampleEvent(made, shop, momentIn(hour, now, random), now, random, customers));
        if (rows.length === ROWS_AT_A_TIME) await flush();
      }
    }
  }
  await flush();
}
