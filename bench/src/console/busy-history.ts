import { RollupBuilder, StandingCount } from "@capi-relay/insight";
import {
  eventsPerHour,
  momentIn,
  SAMPLE_DAYS,
  type SampleShop,
  SeededRandom,
  sampleEvent,
  samplePhone,
  seedSampleHistory,
} from "@capi-relay/sample-history";
import {
  AccountStore,
  type AuditEntry,
  AuditLog,
  ClickCaptureStore,
  type EventRow,
  type MongoConnection,
  RefusalStore,
} from "@capi-relay/storage";
import type { KeyRing, LookupKeys } from "@capi-relay/vault";

export interface HistoryPlace {
  readonly mongo: MongoConnection;
  readonly vault: KeyRing;
  readonly lookupKeys: LookupKeys;
}

/** Many shops: the first of them sells a sixth of everything, the last one a few orders a week. */
const SHOPS = 200;
/** Invented rows beside the real ones, as `pnpm dev --seed` leaves them. */
const SAMPLES = 0.02;
const ROWS_AT_A_TIME = 2_000;
const LAX = { ordered: false, writeConcern: { w: 1, journal: false } } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CURRENCIES = ["BRL", "MXN", "EUR", "USD"];

/** A name that hardly anybody uses, and a shop that hardly sells anything. */
export const RARE_NAME = "RatingProvided";
export const BIG_SHOP = "shop-1";
export const QUIET_SHOP = `shop-${SHOPS - 20}`;
/** Its token expired more than a day ago, so its events are held. */
export const PAUSED_SHOP = "shop-7";

const SHOPS_OF_THE_BENCH: readonly SampleShop[] = Array.from({ length: SHOPS }, (_, at) => ({
  id: `shop-${at + 1}`,
  name: `Shop ${at + 1}`,
  wabaId: String(70_000_000 + at),
  phoneNumberId: String(71_000_000 + at),
  datasetId: String(72_000_000 + at),
  currency: CURRENCIES[at % CURRENCIES.length] ?? "BRL",
  orderValue: 50 + (at % 9) * 40,
  weight: 1_000 / (at + 1),
  growth: 1 + (at % 5) / 4,
  trouble: `shop-${at + 1}` === PAUSED_SHOP ? { kind: "dead_token", from: 1.3, until: 0 } : { kind: "none" },
}));

/**
 * Thirty days of a busy installation, as the API and the workers would have left them: 200 shops, a few of them large; nine of ten
 * events delivered, one in a hundred rejected or failed; two days of events that wait for a click, a paused shop whose events are
 * held, an outage whose events are tried again later, a bulk retry that put thousands of old events back into the queue; sample
 * rows among them; customers, clicks, refusals at the door, alerts, an audit. Nothing of it is due, so that workers leave it alone.
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
  for (const shop of SHOPS_OF_THE_BENCH) await openShop(mongo, accounts, shop, now);
  const sealedOf = sealer(vault);
  await insertEvents(mongo, { random, events: events - samples, now, phoneKeyOf, sealedOf, onProgress });
  onProgress("customers, clicks, refusals, audit");
  await insertSurroundings(mongo, { random, events, now, phoneKeyOf });
  onProgress("the figures, as the workers' duties count them");
  await countFigures(mongo);
}

async function openShop(mongo: MongoConnection, accounts: AccountStore, shop: SampleShop, now: Date): Promise<void> {
  await accounts.create(
    {
      id: shop.id,
      name: shop.name,
      wabaId: shop.wabaId,
      phoneNumberIds: [shop.phoneNumberId],
      datasetId: shop.datasetId,
      accessToken: "token-of-nobody",
      allowedEventNames: ["LeadSubmitted", "Purchase", "AddToCart", "InitiateCheckout", "ViewContent"],
      eventNameAliases: {},
      unknownOutcome: "resend",
      outsideClickWindow: "skip",
      waitForClickHours: 48,
      automaticEvents: "ignore",
    },
    new Date(now.getTime() - (SAMPLE_DAYS + 5) * DAY_MS),
  );
  if (shop.id !== PAUSED_SHOP) return;
  const pausedAt = new Date(now.getTime() - 1.3 * DAY_MS);
  const paused = { state: "paused", pausedReason: "meta_token_invalid", pausedAt };
  await mongo.collections.accounts.updateOne({ _id: shop.id }, { $set: paused });
}

interface Making {
  readonly random: SeededRandom;
  readonly events: number;
  readonly now: Date;
  readonly phoneKeyOf: (digits: string) => string;
}

/** Three hashes sealed together, the same for all customers of a shop: sealing a million would take longer than all else. */
function sealer(vault: KeyRing): (accountId: string) => string {
  const hash = "0".repeat(64);
  const sealed = new Map(
    SHOPS_OF_THE_BENCH.map(({ id }) => [id, vault.seal(JSON.stringify({ em: hash, ph: hash, externalId: hash }), id)]),
  );
  return (accountId) => sealed.get(accountId) ?? "";
}

/** Hour by hour, so that rows of one time lie side by side as they do in earnest. */
async function insertEvents(
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
  const totalWeight = SHOPS_OF_THE_BENCH.reduce((sum, { weight }) => sum + weight, 0);
  const perShop = SHOPS_OF_THE_BENCH.map((shop) => ({
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
        rows.push(inEarnest(row, now, random, sealedOf));
        if (rows.length === ROWS_AT_A_TIME) await flush();
      }
    }
  }
  await flush();
}

/** An outage of an hour ended just now; and yesterday's bulk retry has not come far. */
const OUTAGE_MS = 4 * HOUR_MS;
const REQUEUED_PART = 0.5;

/** A sample row as a real one, and some of them on their way: due in a while, so that no worker takes them. */
function inEarnest(
  { sample: _sample, ...row }: EventRow,
  now: Date,
  random: SeededRandom,
  sealedOf: (accountId: string) => string,
): EventRow {
  const real: EventRow = {
    ...row,
    sandbox: false,
    eventName: random.chance(0.000_05) ? RARE_NAME : row.eventName,
    personal: sealedOf(row.accountId),
  };
  const ageMs = now.getTime() - row.acceptedAt.getTime();
  const underway = { endedAt: null, dueAt: new Date(now.getTime() + 12 * HOUR_MS), retained: true };
  if (ageMs < OUTAGE_MS && row.status === "delivered")
    return { ...real, ...underway, status: "retry_scheduled", reason: "meta_unavailable" };
  const isRetryable = row.status === "skipped" || row.status === "rejected" || row.status === "failed";
  if (isRetryable && ageMs < 6 * DAY_MS && random.chance(REQUEUED_PART))
    return { ...real, ...underway, status: "queued", reason: null, generation: 1, nextTrigger: "manual" };
  return real;
}

async function insertSurroundings(mongo: MongoConnection, { random, events, now, phoneKeyOf }: Making): Promise<void> {
  await inParts(
    Math.round(events / 10),
    (at) => customerOf(at, random, now, phoneKeyOf),
    (rows) => mongo.collections.conversations.collection.insertMany(rows as never[], LAX),
  );
  await inParts(
    Math.round(events / 10),
    (at) => auditEntryOf(at, random, now),
    (rows) => new AuditLog(mongo).appendAll(rows),
  );
  const captures = SHOPS_OF_THE_BENCH.flatMap(({ wabaId, phoneNumberId, weight }) =>
    Array.from({ length: SAMPLE_DAYS }, (_, daysAgo) => ({
      wabaId,
      phoneNumberId,
      day: new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - daysAgo * DAY_MS),
      withClickId: Math.round(weight * (0.9 + random.next() / 10)),
      withoutClickId: Math.round(weight * 0.05),
    })),
  );
  await new ClickCaptureStore(mongo).add(captures);
  const refusals = SHOPS_OF_THE_BENCH.flatMap(({ id, weight }) =>
    Array.from({ length: SAMPLE_DAYS * 24 }, (_, hoursAgo) => hoursAgo).flatMap((hoursAgo) =>
      REFUSED_FOR.filter(() => random.chance(Math.min(0.9, 0.03 + weight / 300))).map((code) => ({
        accountId: id,
        hour: new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS - hoursAgo * HOUR_MS),
        code,
        eventName: "Purchase",
        count: random.whole(1, 20),
      })),
    ),
  );
  await inParts(
    refusals.length,
    (at) => refusals[at],
    (rows) => new RefusalStore(mongo).add(rows.flatMap((row) => row ?? [])),
  );
  const openedAt = now;
  await mongo.collections.alerts.insertMany(
    SHOPS_OF_THE_BENCH.slice(0, 60).map(({ id }) => {
      const cause = { kind: "event_name_switched_off", accountId: id, detail: "ViewContent" } as const;
      return { _id: `${cause.kind}:${id}:${cause.detail}`, ...cause, openedAt, lastMetAt: openedAt, closedAt: null };
    }),
  );
}

/** What order systems get wrong, and what they repeat. */
const REFUSED_FOR = ["duplicate", "invalid_request", "event_too_old", "event_id_conflict"];

function customerOf(at: number, random: SeededRandom, now: Date, phoneKeyOf: (digits: string) => string) {
  const phoneKey = phoneKeyOf(samplePhone(at));
  const clickedAt = new Date(now.getTime() - random.whole(1, SAMPLE_DAYS * DAY_MS));
  return {
    wabaId: random.pick(SHOPS_OF_THE_BENCH as [SampleShop, ...SampleShop[]]).wabaId,
    contactKey: `phone:${phoneKey}`,
    bsuidKey: null,
    phoneKey,
    clicks: [{ ctwaClid: `bench_${random.text(40)}`, clickedAt, adId: "1", sourceUrl: null, headline: null }],
    clickStoredAt: clickedAt,
    createdAt: clickedAt,
    updatedAt: clickedAt,
  };
}

/** Mostly what a bulk retry notes of each event. */
function auditEntryOf(at: number, random: SeededRandom, now: Date): AuditEntry {
  return {
    at: new Date(now.getTime() - random.whole(1, SAMPLE_DAYS * DAY_MS)),
    who: "operator",
    action: "event_retried",
    subject: `e${random.text(22)}`,
    detail: `retry_${Math.floor(at / 1_000)}`,
  };
}

async function inParts<Row>(
  count: number,
  make: (at: number) => Row,
  write: (rows: Row[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < count; from += ROWS_AT_A_TIME)
    await write(Array.from({ length: Math.min(ROWS_AT_A_TIME, count - from) }, (_, at) => make(from + at)));
}

async function countFigures(mongo: MongoConnection): Promise<void> {
  const present = () => new Date();
  const rollups = new RollupBuilder(mongo, present);
  await rollups.startOver();
  await rollups.fold();
  await new StandingCount(mongo, present).take();
}
