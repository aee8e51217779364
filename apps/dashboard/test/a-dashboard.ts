import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { Decisions, Dispatcher } from "@capi-relay/dispatch";
import type { ConversionEvent } from "@capi-relay/domain";
import { uniquePrefix, withDatabase } from "@capi-relay/local-services";
import { ConversionQueue, DeliveryWorker, type JobEnding, LANES, type Lane } from "@capi-relay/queue";
import { closeRedis, connectRedisConsumer, connectRedisProducer, createLogger } from "@capi-relay/runtime";
import {
  AuditLog,
  EventLedger,
  EventLives,
  type LedgerEvent,
  MongoConnection,
  migrate,
  StorageUnavailable,
} from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import type { FastifyInstance, InjectOptions } from "fastify";
import { inject, onTestFinished, vi } from "vitest";
import { buildDashboard, type DashboardPorts } from "../src/app.ts";
import { readUsers } from "../src/login/users.ts";

export const PASSWORD = "correct horse battery staple";
/** Of that password, at the lowest cost that is accepted: hundreds of tests log in. */
const hash = "scrypt.14.8.1.c2FsdC1vZi10aGUtdGVzdHM.AxLFHDk93WfjwIgMdv63t3mFrlao3Jx7wHZdqEKYcFU";
const read = readUsers(`ana:operator:${hash},vic:viewer:${hash}`);
if (!("users" in read)) throw new Error("the test's users must be readable");
export const { users } = read;

/** As a browser sends it from a page of ours. */
export const OURS = { "sec-fetch-site": "same-origin" };
export const HOST = "relay.example";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

export type Logged = Readonly<Record<string, unknown>>;

const unasked = async () => {
  throw new StorageUnavailable(new Error("no MongoDB in this test"));
};
const notFound = async () => ({ kind: "not_found" }) as const;

/** The ports of a dashboard without a ledger behind it. */
export const NOTHING_TO_READ = {
  readOverview: unasked,
  readDestinations: unasked,
  readTroubles: unasked,
  findEvents: unasked,
  findAtRisk: unasked,
  exportEvents: () => Readable.from([]),
  planBulkRetry: unasked,
  bulkRetries: { start: unasked, find: unasked, list: unasked, stop: unasked },
  whatBecameOfRetried: unasked,
  planBulkDecision: unasked,
  bulkDecisions: { start: unasked, find: unasked, list: unasked, stop: unasked },
  whatBecameOfResent: unasked,
  accounts: {
    list: unasked,
    find: unasked,
    pauseByOperator: unasked,
    resume: unasked,
    resumeMended: unasked,
    switchOnName: unasked,
    noteProbe: unasked,
    readToken: () => "",
  },
  ledger: { find: unasked },
  audit: { of: unasked, append: unasked, appendAll: unasked, page: unasked },
  decisions: { redrive: notFound, cancel: notFound, resolve: notFound },
  resting: { releaseAccount: unasked },
  lookupKeys: { phone: () => "", bsuid: () => "" },
  graph: { postEvents: unasked },
} satisfies Partial<DashboardPorts>;

/** Builds the app over the given parts; whatever is not given is not asked in the test. */
export async function aDashboard(parts: Partial<DashboardPorts> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const redis = connectRedisProducer(inject("redisUrl"), createLogger({ name: "test", level: "silent" }));
  const queue = new ConversionQueue({ redis, prefix: uniquePrefix() }, () => {});
  await vi.waitFor(() => queue.ping());
  const app = await buildDashboard({
    ...NOTHING_TO_READ,
    queue,
    now: () => new Date(),
    pingLedger: async () => {},
    pingQueue: () => queue.ping(),
    users,
    proxyLogin: null,
    sessionSecret: randomBytes(33).toString("base64"),
    production: true,
    sandbox: false,
    trustProxy: [],
    log: createLogger({ name: "dashboard", level: "info", destination }),
    ...parts,
  });
  onTestFinished(async () => {
    await app.close();
    for (const lane of LANES) await queue.bullQueues[lane].obliterate({ force: true });
    await queue.close();
    await closeRedis(redis);
  });
  const logged = (text: string): Logged[] =>
    lines.map((line) => JSON.parse(line) as Logged).filter((line) => line["msg"] === text);
  return { app, queue, lines, logged };
}

export function tryLogin(app: FastifyInstance, name: string, password: string, more: InjectOptions = {}) {
  const payload = new URLSearchParams({ name, password, next: "/queues" }).toString();
  return app.inject({
    method: "POST",
    url: "/login",
    payload,
    ...more,
    headers: { host: HOST, ...FORM, ...OURS, ...more.headers },
  });
}

/** Logs in and gives the `cookie` header of the session. */
export async function sessionOf(app: FastifyInstance, name: string): Promise<string> {
  const reply = await tryLogin(app, name, PASSWORD);
  return String(reply.headers["set-cookie"]).split(";", 1)[0] ?? "";
}

export type Ending = Exclude<JobEnding, { kind: "later" }>;

/** A database of the test's own, with all its indexes. `options` are of MongoDB's address. */
export async function aDatabase(options: Readonly<Record<string, string>> = {}) {
  const vault = KeyRing.parse(`k1:${randomBytes(32).toString("base64")}`);
  const uri = new URL(withDatabase(inject("mongoUri"), uniquePrefix()));
  for (const [name, value] of Object.entries(options)) uri.searchParams.set(name, value);
  const mongo = await new MongoConnection(uri.href, { appName: "test" }).connected();
  onTestFinished(async () => {
    await mongo.native.events.db?.dropDatabase();
    await mongo.close();
  });
  await migrate(mongo);
  return { mongo, vault };
}

/** A dashboard over a real ledger, and events brought to an ending by a worker. */
export async function aDashboardWithLedger() {
  const { mongo, vault } = await aDatabase();
  const ledger = new EventLedger(mongo, vault);
  const lives = new EventLives(mongo, vault);
  const audit = new AuditLog(mongo);
  const holder: { decisions?: Decisions } = {};
  const dashboard = await aDashboard({
    decisions: {
      redrive: async (id) => holder.decisions?.redrive(id) ?? { kind: "not_found" },
      cancel: notFound,
      resolve: notFound,
    },
    audit,
    pingLedger: () => mongo.ping(),
  });
  const { queue } = dashboard;
  const now = () => new Date();
  const accounts = { find: async () => null };
  const dispatcher = new Dispatcher({ ledger, queue, accounts, onQueueAway: () => {}, now });
  holder.decisions = new Decisions({ ledger, lives, dispatcher, now });

  /** Stores an event as it stands after the ending, and a job that ended so. */
  const ended = async (
    ending: Ending,
    changes: Partial<ConversionEvent> = {},
    lane: Lane = "fast",
  ): Promise<LedgerEvent> => {
    const status = ending.status === "superseded" || ending.status === "moved" ? "queued" : ending.status;
    const event = anEvent({ status, reason: ending.reason, ...changes });
    await ledger.accept(event);
    await queue.add(event, lane);
    await workOff(queue, lane, ending);
    return event;
  };
  return { ...dashboard, ledger, audit, ended };
}

/** Brings every waiting job of a lane to this ending. */
export async function workOff(queue: ConversionQueue, lane: Lane, ending: Ending): Promise<void> {
  const bullQueue = queue.bullQueues[lane];
  const prefix = bullQueue.opts.prefix ?? "";
  const redis = connectRedisConsumer(inject("redisUrl"), createLogger({ name: "test", level: "silent" }));
  const worker = new DeliveryWorker({
    redis,
    prefix,
    lane,
    concurrency: 10,
    lockMs: 60_000,
    deliver: async () => ending,
    onError: () => {},
  });
  worker.start();
  await vi.waitFor(async () => {
    const { waiting = 0, active = 0 } = await bullQueue.getJobCounts();
    if (waiting + active > 0) throw new Error("still at work");
  }, 30_000);
  await worker.close();
  await closeRedis(redis);
}

export function anEvent(changes: Partial<LedgerEvent>): LedgerEvent {
  const now = Date.now();
  const id = `e${randomUUID().replaceAll("-", "").slice(0, 21)}`;
  return {
    id,
    accountId: "acct42",
    eventId: `order-${id}`,
    eventName: "Purchase",
    testCode: null,
    contact: { conversationId: null, bsuidKey: null, phoneKey: null, phoneVariantKeys: [], ctwaClid: null },
    personal: {},
    details: { value: 10, currency: "BRL", orderId: null, contentIds: null, contents: null, numItems: null },
    fingerprint: "f",
    eventTimeGiven: false,
    eventTime: new Date(now - 60_000),
    acceptedAt: new Date(now - 60_000),
    dueAt: new Date(now - 60_000),
    expiresAt: new Date(now + 86_400_000),
    status: "queued",
    reason: null,
    generation: 0,
    click: null,
    attempts: [],
    starts: 0,
    nextTrigger: "scheduled",
    endedAt: null,
    sandbox: false,
    ...changes,
  };
}
