import { SeededRandom, seedSampleHistory } from "@capi-relay/sample-history";
import { AccountStore, type MongoConnection } from "@capi-relay/storage";
import type { KeyRing, LookupKeys } from "@capi-relay/vault";
import { BUSY_SHOPS, openShop } from "./busy-shops.ts";
import { countFigures } from "./count-figures.ts";
import { sealer } from "./event-in-earnest.ts";
import { insertEvents } from "./insert-events.ts";
import { insertSurroundings } from "./insert-surroundings.ts";

export interface HistoryPlace {
  readonly mongo: MongoConnection;
  readonly vault: KeyRing;
  readonly lookupKeys: LookupKeys;
}

/** Invented rows beside the real ones, as `pnpm dev --seed` leaves them. */
const SAMPLES = 0.02;

/**
 * Thirty days of a busy installation, as the API and the workers would have left them: 200 shops, a few of them large;
 * nine of ten events delivered, one in a hundred rejected or failed; two days of events that wait for a click, a paused
 * shop whose events are held, an outage whose events are tried again later, a bulk retry that put thousands of old
 * events back into the queue; sample rows among them; customers, clicks, refusals at the door, alerts, an audit.
 * Nothing of it is due, so that workers leave it alone.
 */
export async function fillBusyHistory(
  { mongo, vault, lookupKeys }: HistoryPlace,
  events: number,
  now: Date,
  onProgress: (line: string) => void,
): Promise<void> {
  const random = new SeededRandom(42);
  const samples = Math.round(events * SAMPLES);
  const phoneKeyOf = (digits: string) => lookupKeys.phone(digits);
  const accounts = new AccountStore(mongo, vault);
  onProgress(`${samples} sample rows`);
  await seedSampleHistory({ mongo, accounts, count: samples, seed: 1, now, phoneKeyOf, onProgress: () => undefined });
  for (const shop of BUSY_SHOPS) await openShop(mongo, accounts, shop, now);
  const sealedOf = sealer(vault);
  await insertEvents(mongo, { random, events: events - samples, now, phoneKeyOf, sealedOf, onProgress });
  onProgress("customers, clicks, refusals, audit");
  await insertSurroundings(mongo, { random, events, now, phoneKeyOf });
  onProgress("the figures, as the workers' duties count them");
  await countFigures(mongo);
}
