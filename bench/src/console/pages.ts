import { randomUUID } from "node:crypto";
import { samplePhone } from "@capi-relay/sample-history";
import { BulkRetryStore, type EventRow, type MongoConnection } from "@capi-relay/storage";
import { BIG_SHOP, PAUSED_SHOP, QUIET_SHOP } from "./history/busy-shops.ts";
import { RARE_NAME } from "./history/event-in-earnest.ts";
import type { Address } from "./visitor.ts";

export interface Page extends Address {
  readonly what: string;
}

const PER_PAGE = 50;
const DAY_MS = 86_400_000;

/** Every page of the console, each in the ways that could be slow. */
export async function pagesOf(mongo: MongoConnection, board: readonly string[]): Promise<Page[]> {
  const events = mongo.native.events;
  const order = await finishedOrder(mongo);
  const refused = await events.findOne(
    { status: "rejected", expiresAt: { $gt: new Date() } },
    { hint: "listed_astray", sort: { acceptedAt: -1, _id: -1 } },
  );
  const delivered = await events.findOne(
    {
      acceptedAt: { $lt: new Date(Date.now() - 3 * DAY_MS) },
      accountId: BIG_SHOP,
      status: "delivered",
      "details.orderId": { $gt: "" },
    },
    { hint: "listed_by_account", sort: { acceptedAt: -1, _id: -1 } },
  );
  if (refused === null || delivered === null) throw new Error("The history lacks an event to look at.");
  const day = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const all = await events.estimatedDocumentCount();
  const list = (what: string, query: string): Page => ({ what: `events, ${what}`, path: `/events${query}` });
  const plan = (what: string, query: string): Page => ({
    what: `bulk plan, ${what}`,
    path: `/bulk-retry/plan${query}`,
  });
  const find = (what: string, text: string): Page => ({
    what: `search, ${what}`,
    path: "/events/search",
    form: { text },
  });
  const failed = await events.findOne({ accountId: BIG_SHOP, status: "failed" }, { hint: "listed_astray_by_account" });
  return [
    ...["24h", "7d", "30d"].flatMap((period): Page[] => [
      { what: `overview, ${period}, all`, path: `/?period=${period}` },
      { what: `overview, ${period}, one`, path: `/?period=${period}&account=${BIG_SHOP}` },
    ]),
    list("all", ""),
    list("the 2,000th page", `?after=${await placeOf(mongo, Math.min(2_000 * PER_PAGE, all / 2), {}, "listed")}`),
    list("the last page", `?after=${await placeOf(mongo, all - PER_PAGE, {}, "listed")}`),
    list("a large account", `?account=${BIG_SHOP}`),
    list("a large account, its last page", `?account=${BIG_SHOP}&after=${await lastOf(mongo, BIG_SHOP)}`),
    list("a quiet account", `?account=${QUIET_SHOP}`),
    list("an unknown account", "?account=nobody"),
    ...STATUSES.map((status) => list(status, `?status=${status}`)),
    list("queued, a quiet account", `?status=queued&account=${QUIET_SHOP}`),
    list("held, the paused account", `?status=held&account=${PAUSED_SHOP}`),
    list(
      "all that is under way",
      "?status=queued&status=sending&status=retry_scheduled&status=held&status=waiting_click",
    ),
    list("a frequent reason", "?reason=no_ctwa_clid"),
    list("a reason nobody has", "?reason=connection_failed"),
    list("a reason that is also of queued events", "?reason=worker_interrupted"),
    list("a rare reason of a status with many", "?status=skipped&reason=ambiguous_contact"),
    list("a status and a reason that exclude each other", "?status=delivered&reason=no_ctwa_clid"),
    list("a frequent name", "?name=Purchase"),
    list("a rare name", `?name=${RARE_NAME}`),
    list("a name nobody uses", "?name=Nothing"),
    list("a rare name of a large account", `?name=${RARE_NAME}&account=${BIG_SHOP}`),
    list("a frequent name of a quiet account", `?name=Purchase&account=${QUIET_SHOP}`),
    list("a rare name, delivered", `?name=${RARE_NAME}&status=delivered`),
    list("a rare name, skipped", `?name=${RARE_NAME}&status=skipped`),
    list("a rare name of a large account, skipped", `?name=${RARE_NAME}&status=skipped&account=${BIG_SHOP}`),
    list("failed, a name, a quiet account", `?status=failed&name=ViewContent&account=${QUIET_SHOP}`),
    list("failed, a name, a large account", `?status=failed&name=ViewContent&account=${BIG_SHOP}`),
    list("a day three weeks ago", `?from=${day(21)}&to=${day(21)}`),
    list("a day of a large account, skipped", `?account=${BIG_SHOP}&status=skipped&from=${day(21)}&to=${day(21)}`),
    list("delivered, from the 20th day on", `?status=delivered&to=${day(20)}`),
    { what: "events at risk", path: "/at-risk" },
    { what: "events at risk, of a quiet account", path: `/at-risk?account=${QUIET_SHOP}` },
    find("event id", delivered.eventId),
    find("order id", delivered.details.orderId ?? ""),
    find("trace id", delivered.attempts.at(-1)?.traceId ?? ""),
    find("phone", `+${samplePhone(7)}`),
    find("nothing found", `no-such-${randomUUID()}`),
    { what: "one event, rejected", path: `/events/${refused._id}` },
    { what: "one event, delivered", path: `/events/${delivered._id}` },
    { what: "one event, ask before retry", path: `/events/${refused._id}/retry` },
    { what: "bulk retry, before a plan", path: "/bulk-retry" },
    plan("everything", ""),
    plan("everything, also what may have arrived", "?arrived=too"),
    plan("one frequent reason", "?reason=no_ctwa_clid"),
    plan("one rare reason", "?reason=meta_currency_unsupported"),
    plan("a reason and an account", `?reason=${failed?.reason ?? "retries_exhausted"}&account=${BIG_SHOP}`),
    plan("a large account", `?account=${BIG_SHOP}`),
    plan("a quiet account", `?account=${QUIET_SHOP}`),
    plan("a rare name", `?name=${RARE_NAME}`),
    plan("a day", `?from=${day(21)}&to=${day(21)}`),
    plan("failed, a week", `?status=failed&from=${day(7)}`),
    plan("delivered of a large account", `?status=delivered&account=${BIG_SHOP}`),
    { what: "bulk retry, one order", path: `/bulk-retry/${order}` },
    { what: "destinations", path: "/destinations" },
    { what: "audit", path: "/audit" },
    { what: "audit, its last page", path: `/audit?after=${await lastAudit(mongo)}` },
    ...board.map((path, at) => ({ what: `Bull Board, ${BOARD[at] ?? path}`, path })),
  ];
}

const BOARD = ["queues", "waiting jobs", "failed jobs"];

const STATUSES = [
  "queued",
  "sending",
  "retry_scheduled",
  "held",
  "waiting_click",
  "outcome_unknown",
  "delivered",
  "rejected",
  "failed",
  "skipped",
  "expired",
  "cancelled",
];
const NEWEST_FIRST = { acceptedAt: -1, _id: -1 } as const;

async function placeOf(mongo: MongoConnection, skip: number, filter: object, hint: string): Promise<string> {
  const [row] = await mongo.native.events
    .find<Pick<EventRow, "_id" | "acceptedAt">>(filter, { projection: { acceptedAt: 1 }, hint })
    .sort(NEWEST_FIRST)
    .skip(Math.max(0, Math.floor(skip)))
    .limit(1)
    .toArray();
  return row === undefined ? "" : `${row.acceptedAt.getTime()}.${row._id}`;
}

async function lastOf(mongo: MongoConnection, accountId: string): Promise<string> {
  const [row] = await mongo.native.events
    .find({ accountId }, { projection: { acceptedAt: 1 }, hint: "listed_by_account" })
    .sort({ acceptedAt: 1, _id: 1 })
    .skip(PER_PAGE)
    .limit(1)
    .toArray();
  return row === undefined ? "" : `${row.acceptedAt.getTime()}.${row._id}`;
}

async function lastAudit(mongo: MongoConnection): Promise<string> {
  const [entry] = await mongo.collections.audit.find().sort({ at: 1, _id: 1 }).skip(PER_PAGE).limit(1);
  return entry === undefined ? "" : `${entry.at.getTime()}.${String((entry as unknown as { _id: unknown })._id)}`;
}

/** An order that nobody carries out, and a few older ones. */
async function finishedOrder(mongo: MongoConnection): Promise<string> {
  const orders = new BulkRetryStore(mongo);
  const filter = {
    accountId: null,
    statuses: [],
    reason: null,
    eventName: null,
    acceptedFrom: null,
    acceptedTo: null,
    sparesPossiblyArrived: true,
  };
  let id = "";
  for (let number = 0; number < 30; number += 1) {
    const order = await orders.start({ filter, planned: 1_000, perSecond: 50, startedBy: "bench" }, new Date());
    await orders.finish(order.id, "finished", new Date());
    id = order.id;
  }
  return id;
}
