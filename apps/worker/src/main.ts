import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Dispatcher } from "@capi-relay/dispatch";
import { GraphClient } from "@capi-relay/meta";
import { ConversionQueue, DeliveryWorker } from "@capi-relay/queue";
import {
  closeRedis,
  configOrExit,
  connectRedisConsumer,
  connectRedisProducer,
  createLogger,
  limitedWarning,
  Shutdown,
} from "@capi-relay/runtime";
import {
  AccountStore,
  CachedAccounts,
  ConversationStore,
  EventLedger,
  LeaseStore,
  MongoConnection,
  migrate,
  SweepStore,
} from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import { ClickFinder } from "./click-finder.ts";
import { readWorkerConfig } from "./config.ts";
import { createDeliveryHandler } from "./delivery-handler.ts";
import { depart } from "./depart.ts";
import { Departures } from "./departures.ts";
import { describeAttempt } from "./describe-attempt.ts";
import { DestinationControl } from "./destination-control.ts";
import { Sweeper } from "./sweeper.ts";

const config = configOrExit(() => readWorkerConfig(process.env));
const log = createLogger({ name: "worker", level: config.LOG_LEVEL });
const shutdown = new Shutdown({ log });
shutdown.onSignals("SIGTERM", "SIGINT");
shutdown.onCrashes();

const LEASE_MS = 60_000;
const SWEEP_EVERY_MS = 15_000;
const OVERDUE_MS = 60_000;
const REQUESTS_PER_DESTINATION = 16;
/** Redis may believe a silent worker longer than a request and its record take together. */
const LOCK_MS = Math.max(60_000, config.META_TIMEOUT_MS * 3);

const now = () => new Date();
const vault = KeyRing.parse(config.ENCRYPTION_KEYS);
const mongo = shutdown.closes(
  new MongoConnection(config.MONGODB_URI, {
    appName: "capi-relay-worker",
    onConnectFailure: limitedWarning(log, "MongoDB connection failed"),
  }),
);
const queueWarning = limitedWarning(log, "the queue is away");
const producer = shutdown.closes(connectRedisProducer(config.REDIS_URL, log), closeRedis);
const consumer = shutdown.closes(connectRedisConsumer(config.REDIS_URL, log), closeRedis);
const queue = shutdown.closes(new ConversionQueue({ redis: producer, prefix: config.QUEUE_PREFIX }, queueWarning));
const graph = shutdown.closes(
  new GraphClient({
    graphUrl: config.META_GRAPH_URL,
    version: config.META_GRAPH_VERSION,
    timeoutMs: config.META_TIMEOUT_MS,
    ...(config.META_APP_SECRET === undefined ? {} : { appSecret: config.META_APP_SECRET }),
  }),
);

const ledger = new EventLedger(mongo, vault);
shutdown.closes(ledger, () => ledger.drain());
const sweeps = new SweepStore(mongo, vault);
const accountStore = new AccountStore(mongo, vault);
const accounts = new CachedAccounts(accountStore);
const conversations = new ConversationStore(mongo);
const clicks = new ClickFinder(conversations);
const destinations = new DestinationControl({ store: accountStore, cache: accounts, log, now });
const dispatcher = new Dispatcher({ ledger, sweeps, queue, onQueueAway: queueWarning, now });
const troubles = limitedWarning(log, "the ledger could not be written");

const departures = new Departures(
  (passengers, destination) =>
    depart(passengers, destination, {
      ledger,
      destinations,
      graph,
      logAttempt: (passenger, judged) => log.info(describeAttempt(passenger, judged), "delivery.attempted"),
      logTrouble: troubles,
      now,
      jitter: Math.random,
      delayScale: config.DELAY_SCALE,
      leaseMs: LEASE_MS,
    }),
  {
    maxEvents: config.META_BATCH_MAX_EVENTS,
    lingerMs: config.META_BATCH_LINGER_MS,
    maxInFlight: REQUESTS_PER_DESTINATION,
  },
);

await mongo.connected();
await migrate(mongo);

const worker = new DeliveryWorker({
  redis: consumer,
  prefix: config.QUEUE_PREFIX,
  concurrency: config.WORKER_CONCURRENCY,
  lockMs: LOCK_MS,
  deliver: createDeliveryHandler({
    ledger,
    accounts,
    clicks,
    departures,
    dispatcher,
    // Thousands of turns fail at once in an outage.
    onTrouble: limitedWarning(log, "a turn could not be finished"),
    now,
    jitter: Math.random,
  }),
  onError: queueWarning,
});
const sweeper = new Sweeper({
  sweeps,
  queue,
  dispatcher,
  accounts,
  conversations,
  leases: new LeaseStore(mongo),
  holder: `${hostname()}:${process.pid}:${randomUUID()}`,
  everyMs: Math.max(500, SWEEP_EVERY_MS * config.DELAY_SCALE),
  overdueMs: OVERDUE_MS,
  rowsPerSecond: 2_000,
  conversationsPerSweep: 2_000,
  now,
  jitter: Math.random,
  delayScale: config.DELAY_SCALE,
  onSwept: (counts) => log.info(counts, "sweeper.mended"),
  onError: (err, sweep) => log.warn({ err, sweep }, "a sweep failed"),
});

worker.start();
shutdown.closes(worker);
sweeper.start();
shutdown.closes(sweeper);
log.info({ concurrency: config.WORKER_CONCURRENCY }, "taking jobs");
