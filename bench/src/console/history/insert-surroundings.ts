import { SAMPLE_DAYS, type SampleShop, type SeededRandom, samplePhone } from "@capi-relay/sample-history";
import { type AuditEntry, AuditLog, ClickCaptureStore, type MongoConnection, RefusalStore } from "@capi-relay/storage";
import { BUSY_SHOPS } from "./busy-shops.ts";
import { insertInParts, LAX } from "./insert-in-parts.ts";
import { DAY_MS, HOUR_MS, type Making } from "./making.ts";

/** What order systems get wrong, and what they repeat. */
const REFUSED_FOR = ["duplicate", "invalid_request", "event_too_old", "event_id_conflict"];

/**
 * What lies around the events: customers with their clicks, an audit, captured clicks, refusals at the door, and
 * alerts.
 */
export async function insertSurroundings(mongo: MongoConnection, making: Making): Promise<void> {
  const { events, random, now } = making;
  await insertInParts(
    Math.round(events / 10),
    (at) => customerOf(at, making),
    (rows) => mongo.collections.conversations.collection.insertMany(rows as never[], LAX),
  );
  await insertInParts(
    Math.round(events / 10),
    (at) => auditEntryOf(at, random, now),
    (rows) => new AuditLog(mongo).appendAll(rows),
  );
  await new ClickCaptureStore(mongo).add(capturesOf(random, now));
  const refusals = refusalsOf(random, now);
  await insertInParts(
    refusals.length,
    (at) => refusals[at],
    (rows) => new RefusalStore(mongo).add(rows.flatMap((row) => row ?? [])),
  );
  await mongo.collections.alerts.insertMany(alertsOf(now));
}

function customerOf(at: number, { random, now, phoneKeyOf }: Making) {
  const phoneKey = phoneKeyOf(samplePhone(at));
  const clickedAt = new Date(now.getTime() - random.whole(1, SAMPLE_DAYS * DAY_MS));
  return {
    wabaId: random.pick(BUSY_SHOPS as [SampleShop, ...SampleShop[]]).wabaId,
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

function capturesOf(random: SeededRandom, now: Date) {
  return BUSY_SHOPS.flatMap(({ wabaId, phoneNumberId, weight }) =>
    Array.from({ length: SAMPLE_DAYS }, (_, daysAgo) => ({
      wabaId,
      phoneNumberId,
      day: new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - daysAgo * DAY_MS),
      withClickId: Math.round(weight * (0.9 + random.next() / 10)),
      withoutClickId: Math.round(weight * 0.05),
    })),
  );
}

/** By the hour; the larger a shop, the more often its order system gets something wrong. */
function refusalsOf(random: SeededRandom, now: Date) {
  return BUSY_SHOPS.flatMap(({ id, weight }) =>
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
}

function alertsOf(openedAt: Date) {
  return BUSY_SHOPS.slice(0, 60).map(({ id }) => {
    const cause = { kind: "event_name_switched_off", accountId: id, detail: "ViewContent" } as const;
    return { _id: `${cause.kind}:${id}:${cause.detail}`, ...cause, openedAt, lastMetAt: openedAt, closedAt: null };
  });
}
