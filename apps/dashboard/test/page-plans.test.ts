import type { EventReason, EventStatus } from "@capi-relay/contract";
import { ALL_EVENTS, type LedgerEvent, type MongoConnection, resolvedBy } from "@capi-relay/storage";
import { expect, test } from "vitest";
import { doubtsOf } from "../src/pages/bulk-decision/decision-query.ts";
import { aConsole, anAttempt, HOUR_MS, PHONE } from "./a-console.ts";
import { anEvent } from "./a-dashboard.ts";

type Asked = Readonly<Record<string, unknown>>;
type World = Awaited<ReturnType<typeof aConsole>>;

const DAY_MS = 24 * HOUR_MS;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const QUERIES = ["find", "aggregate", "count", "distinct"];
/** A page of 50, and what decides about the next one; what is read of small tables such as that of accounts. */
const FEW = 150;
/**
 * A plan is added up from the keys of all that ended badly, which are few among those that did not; it reads no rows.
 */
const ENDED_BADLY = 1_545;

const timeOf = (days: number) => daysAgo(days).toISOString().slice(0, 16);

/** A ledger in which whoever looks in the wrong place reads thousands of rows. */
async function fillUp({ mongo, audit, clickCaptures, refusals, bulkRetries, account, alerts }: World): Promise<void> {
  for (let number = 0; number < 40; number += 1) await account({ id: `shop-${number}`, wabaId: `${2_000 + number}` });
  const events = [
    ...many(4_000, (at) =>
      ended("delivered", null, at / 140, { accountId: at % 4 === 0 ? `shop-${at % 40}` : "shop-1" }),
    ),
    ...many(20, (at) => ended("delivered", null, 25 + at / 10, { accountId: "shop-1", eventName: "RatingProvided" })),
    ...many(1_500, (at) => ended("skipped", "no_ctwa_clid", 8 + at / 75, { accountId: "shop-1" })),
    ...many(30, (at) => ended("rejected", "meta_click_unknown", at / 10, { accountId: "shop-1" })),
    ...many(10, (at) => ended("rejected", "meta_click_unknown", at / 10, { testCode: "TEST1", accountId: "shop-1" })),
    ...many(5, (at) => ended("failed", "retries_exhausted", at, { accountId: "shop-8" })),
    ...many(20, (at) => resting("queued", null, at)),
    ...many(20, (at) => resting("held", "meta_token_invalid", at)),
    ...many(20, (at) => resting("waiting_click", "no_click_yet", at)),
    ...many(20, (at) => resting("outcome_unknown", "worker_interrupted", at)),
  ];
  await mongo.native.events.insertMany(events.map(rowOf));
  await audit.appendAll(many(1_000, (at) => entryOf(`e${at}`, daysAgo(at / 50))));
  const today = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
  await clickCaptures.add(
    many(1_200, (at) => ({
      wabaId: `${2_000 + (at % 40)}`,
      phoneNumberId: "1",
      day: new Date(today.getTime() - Math.floor(at / 40) * DAY_MS),
      withClickId: 9,
      withoutClickId: 1,
    })),
  );
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  await refusals.add(
    many(1_000, (at) => ({
      accountId: `shop-${at % 40}`,
      hour: new Date(thisHour - (at % 500) * HOUR_MS),
      code: "missing_field",
      eventName: "Purchase",
      count: 1,
    })),
  );
  const filter = { ...ALL_EVENTS, accountId: null, sparesPossiblyArrived: true };
  for (let order = 0; order < 200; order += 1)
    await bulkRetries.start({ filter, planned: 1, perSecond: 1, startedBy: "ana" }, daysAgo(order));
  for (let alert = 0; alert < 200; alert += 1) {
    const cause = { kind: "event_quarantined", accountId: "shop-1", detail: `e${alert}` } as const;
    await alerts.raise(cause, new Date());
    if (alert > 2) await alerts.close(`event_quarantined:shop-1:e${alert}`, new Date());
  }
}

function many<Thing>(count: number, make: (at: number) => Thing): Thing[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

function ended(status: EventStatus, reason: EventReason | null, days: number, changes: Partial<LedgerEvent>) {
  const acceptedAt = daysAgo(days);
  const event = anEvent({ status, reason, acceptedAt, endedAt: acceptedAt, ...changes });
  const traceId = `trace-of-${event.id}`;
  return {
    ...event,
    expiresAt: new Date(acceptedAt.getTime() + 7 * DAY_MS),
    contact: { ...event.contact, conversationId: `conversation-of-${event.id}` },
    details: { ...event.details, orderId: `order-of-${event.id}` },
    attempts: [anAttempt({ traceId, outcome: status, reason })],
  };
}

function resting(status: EventStatus, reason: EventReason | null, at: number) {
  return anEvent({ accountId: "shop-1", status, reason, acceptedAt: daysAgo(at / 10) });
}

function rowOf({ id, personal: _personal, ...event }: LedgerEvent) {
  return { _id: id, ...event, retained: true };
}

function entryOf(subject: string, at: Date) {
  return { at, who: "ana", action: "event_retried", subject, detail: "" } as const;
}

/** What a page asks MongoDB, heard from the driver. */
function listenTo(mongo: MongoConnection): Asked[] {
  const asked: Asked[] = [];
  mongo.collections.events.db.getClient().on("commandStarted", ({ commandName, command }) => {
    if (QUERIES.includes(commandName)) asked.push(command);
  });
  return asked;
}

async function planOf(mongo: MongoConnection, { lsid: _lsid, $db: _db, ...query }: Asked) {
  const database = mongo.collections.events.db.db ?? expect.fail("not connected");
  const explained = await database.command({ explain: query, verbosity: "executionStats" });
  const { queryPlanner, executionStats } = explained["stages"]?.[0].$cursor ?? explained;
  return {
    scans: JSON.stringify(queryPlanner.winningPlan).includes("COLLSCAN"),
    keys: Number(executionStats.totalKeysExamined),
    docs: Number(executionStats.totalDocsExamined),
    returned: Number(executionStats.nReturned),
  };
}

test("no query of any page scans a collection, or reads far more than it returns", { timeout: 180_000 }, async () => {
  const console = await aConsole({}, { monitorCommands: "true" });
  const { mongo } = console;
  await fillUp(console);
  await console.count();
  const ana = await console.as("ana");
  const one = await mongo.native.events.findOne({ status: "failed" });
  const delivered = await mongo.native.events.findOne({ status: "delivered", accountId: "shop-1" });
  const [order] = await console.bulkRetries.list(1);
  if (one === null || delivered === null || order === undefined) return expect.fail("the ledger is empty");
  const retried = await mongo.native.events.find({ status: "failed" }).toArray();
  await console.audit.appendAll(retried.map(({ _id }) => ({ ...entryOf(_id, new Date()), detail: order.id })));
  await console.bulkRetries.advance(order, {
    position: { acceptedAt: one.acceptedAt, id: one._id },
    requeued: retried.length,
    refused: {},
  });
  const decision = await console.bulkDecisions.start(
    {
      filter: doubtsOf(ALL_EVENTS),
      as: "resend",
      doubtedBefore: new Date(),
      planned: 20,
      perSecond: 1,
      startedBy: "ana",
    },
    new Date(),
  );
  await console.audit.append({
    ...entryOf(one._id, new Date()),
    action: "event_resolved",
    detail: resolvedBy("resend", decision.id),
  });
  await console.bulkDecisions.advance(decision, {
    position: { acceptedAt: one.acceptedAt, id: one._id },
    decided: 1,
    refused: {},
  });
  const [oldest] = (await console.audit.page(null, 1_000)).slice(-60);
  const far = `${daysAgo(20).getTime()}.e`;

  const pages = [
    ...["24h", "7d", "30d"].flatMap((period) => [`/?period=${period}`, `/?period=${period}&account=shop-8`]),
    "/events",
    `/events?after=${far}`,
    "/events?account=shop-1",
    `/events?account=shop-1&after=${far}`,
    "/events?account=shop-8",
    ...["queued", "held", "waiting_click", "delivered", "skipped", "failed", "outcome_unknown"].flatMap((status) => [
      `/events?status=${status}`,
      `/events?status=${status}&after=${far}`,
      `/events?status=${status}&account=shop-8`,
    ]),
    "/events?status=queued&status=failed&status=delivered",
    "/events?reason=meta_click_unknown",
    "/events?reason=worker_interrupted",
    "/events?status=delivered&reason=no_ctwa_clid",
    "/events?name=Purchase",
    "/events?name=RatingProvided",
    "/events?name=Nothing&account=shop-1",
    "/events?name=RatingProvided&account=shop-1&status=delivered",
    "/events?name=RatingProvided&account=shop-8&status=skipped",
    "/events?name=Purchase&account=shop-8",
    `/events?from=${daysAgo(12).toISOString().slice(0, 10)}&to=${daysAgo(12).toISOString().slice(0, 10)}`,
    ...["24h", "7d"].map(
      (period) => `/events?status=rejected&ended_from=${timeOf(period === "24h" ? 1 : 7)}&tests=out`,
    ),
    `/events?status=skipped&reason=no_ctwa_clid&ended_from=${timeOf(12)}&ended_to=${timeOf(10)}&tests=out`,
    `/events?status=skipped&ended_from=${timeOf(12)}&after=${daysAgo(20).getTime()}.e`,
    `/events?status=failed&status=expired&account=shop-8&ended_from=${timeOf(30)}&tests=out`,
    `/events?status=delivered&name=Purchase&from=${timeOf(12)}&to=${timeOf(11)}&tests=out`,
    `/events?status=queued&status=held&status=waiting_click&name=Purchase&from=${timeOf(30)}&tests=out`,
    `/events?status=outcome_unknown&name=Purchase&from=${timeOf(30)}&tests=out`,
    `/bulk-retry/plan?status=rejected&reason=meta_click_unknown&ended_from=${timeOf(1)}`,
    `/?from=${timeOf(40).slice(0, 10)}&to=${timeOf(10).slice(0, 10)}`,
    "/at-risk",
    "/at-risk?left=under_6h",
    "/at-risk?left=more&account=shop-1",
    `/events/${one._id}`,
    `/events/${one._id}/retry`,
    "/bulk-retry",
    "/bulk-retry/plan",
    "/bulk-retry/plan?arrived=too",
    "/bulk-retry/plan?tests=out",
    "/bulk-retry/plan?reason=meta_click_unknown",
    "/bulk-retry/plan?account=shop-8&status=failed",
    "/bulk-retry/plan?name=RatingProvided",
    `/bulk-retry/${order.id}`,
    "/bulk-decision",
    "/bulk-decision/plan",
    "/bulk-decision/plan?account=shop-8&tests=out",
    "/bulk-decision/plan?name=Purchase&reason=worker_interrupted",
    `/bulk-decision/${decision.id}`,
    "/destinations",
    "/audit",
    `/audit?after=${oldest?.at.getTime()}.${oldest?.id}`,
    "/events.csv?status=failed",
  ];
  const searched = [
    delivered.eventId,
    delivered.details.orderId ?? "",
    delivered.attempts[0]?.traceId ?? "",
    PHONE,
    "nobody-knows-it",
  ];
  const asked = listenTo(mongo);
  const judge = async (page: string, status: number) => {
    expect([200, 303], page).toContain(status);
    for (const query of asked.splice(0)) {
      const { scans, keys, docs, returned } = await planOf(mongo, query);
      const told = `${page}: ${JSON.stringify(query)} read ${keys} keys and ${docs} rows for ${returned}`;
      expect(scans, `${told} by a scan`).toBe(false);
      const isPlan = ["retry_plan", "retry_plan_by_account"].includes(String(query["hint"]));
      expect(docs, told).toBeLessThanOrEqual(isPlan ? 0 : 2 * returned + FEW);
      expect(keys, told).toBeLessThanOrEqual(isPlan ? 2 * ENDED_BADLY : 2 * returned + FEW);
    }
  };
  for (const page of pages) await judge(page, (await ana.open(page)).statusCode);
  for (const text of searched)
    await judge(`search for ${text}`, (await ana.post("/events/search", { text })).statusCode);
});
