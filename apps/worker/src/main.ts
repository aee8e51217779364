import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { Decisions, Dispatcher, RestingEvents } from "@capi-relay/dispatch";
import { nextInDoubt, nextRetryable, RollupBuilder, RollupReader, StandingCount } from "@capi-relay/insight";
import { GraphClient } from "@capi-relay/meta";
import { addStockGauges, DeliveryMetrics, GraphMetrics, openMetricsDoor, openRegistry } from "@capi-relay/metrics";
import { ConversionQueue, DeliveryWorker, LANES, type Lane } from "@capi-relay/queue";
import {
  closeRedis,
  configOrExit,
  connectRedisConsumer,
  connectRedisProducer,
  consoleToLog,
  createLogger,
  FaultPoints,
  limitedWarning,
  Shutdown,
} from "@capi-relay/runtime";
import {
  AccountStore,
  AlertStore,
  AuditLog,
  BulkDecisionStore,
  BulkRetryStore,
  CachedAccounts,
  ConversationStore,
  countUnfinished,
  EventEraser,
  EventLedger,
  EventLives,
  keepMigrating,
  LeaseStore,
  MongoConnection,
  SweepStore,
} from "@capi-relay/storage";
import { KeyRing, SealedValueError } from "@capi-relay/vault";
import { AlertBell } from "./alert-bell.ts";
import { ClickFinder } from "./click-finder.ts";
import { ClickMemory } from "./click-memory.ts";
import { readWorkerConfig } from "./config.ts";
import { createDeliveryHandler } from "./delivery-handler.ts";
import { depart } from "./depart.ts";
import { Departures } from "./departures.ts";
import { DestinationControl } from "./destination-control.ts";
import { countFigures } from "./duties/count-figures.ts";
import { bulkDecisions } from "./duties/run-bulk-decisions.ts";
import { bulkRetries } from "./duties/run-bulk-retries.ts";
import { Duty } from "./duty.ts";
import { isCurrent, mayGoOn } from "./is-current.ts";
import { attemptNoter } from "./note-attempt.ts";
import { ReturnSchedule } from "./return-schedule.ts";
import { Seats } from "./seats.ts";
import { Sweeper } from "./sweeper.ts";
import { timingsOf } from "./timings.ts";

const config = configOrExit(() => readWorkerConfig(process.env));
const timings = timingsOf(config);
const log = createLogger({ name: "worker", level: config.LOG_LEVEL });
consoleToLog(log);
const shutdown = new Shutdown({ log, graceMs: timings.shutdownGraceMs });
shutdown.onSignals("SIGTERM", "SIGINT");
shutdown.onCrashes();

const REQUESTS_PER_DESTINATION = 16;
/** Turns that may be under way at a time: whom the other lanes hold must leave most of this worker to the fast one. */
const CONCURRENCY: Readonly<Record<Lane, number>> = {
  fast: config.WORKER_CONCURRENCY,
  slow: Math.ceil(config.WORKER_CONCURRENCY / 2),
  alone: 1,
};

const now = () => new Date();
const metrics = openRegistry();
const deliveryMetrics = new DeliveryMetrics(metrics);
const graphMetrics = new GraphMetrics(metrics);
const { METRICS_HOST: host, METRICS_PORT, WORKER_METRICS_PORT: port = METRICS_PORT } = config;
shutdown.closes(await openMetricsDoor(metrics, { host, port, log }));

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
    timeoutMs: timings.requestMs,
    onRequest: (facts) => graphMetrics.requested(facts),
    ...(config.META_APP_SECRET === undefined ? {} : { appSecret: config.META_APP_SECRET }),
  }),
);

const ledger = new EventLedger(mongo, vault);
shutdown.closes(ledger, () => ledger.drain());
const lives = new EventLives(mongo, vault);
const accountStore = new AccountStore(mongo, vault);
const accounts = new CachedAccounts(accountStore);
const conversations = new ConversationStore(mongo);
const clicks = new ClickFinder(conversations);
const leases = new LeaseStore(mongo);
const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
const alerts = new AlertStore(mongo);
const bell = shutdown.closes(new AlertBell({ alerts, webhookUrl: config.ALERT_WEBHOOK_URL, log, now }));
const audit = new AuditLog(mongo);
const destinations = new DestinationControl({
  alerts: bell,
  audit,
  store: accountStore,
  cache: accounts,
  leases,
  holder,
  probeMs: timings.probeMs,
  log,
  now,
});
const dispatcher = new Dispatcher({ ledger, queue, accounts, onQueueAway: queueWarning, now });
const resting = new RestingEvents({ lives, dispatcher, now });
const decisions = new Decisions({ ledger, lives, dispatcher, now });
addStockGauges(metrics, {
  queueJobs: () => queue.countJobs(),
  ledgerEvents: () => countUnfinished(mongo),
  alertsOpen: () => alerts.countOpen(),
  onTrouble: limitedWarning(log, "a store could not be looked at for the metrics"),
  nowMs: () => performance.now(),
});
const ledgerTrouble = limitedWarning(log, "the ledger could not be written");
const troubles = (error: unknown, what: string) => ledgerTrouble(error, { what });

const faultPoints = new FaultPoints(config.FAULT_POINT);
faultPoints.around(ledger, "claim", { after: "after_claim" });
faultPoints.around(graph, "postEvents", { before: "before_send", after: "after_send" });
faultPoints.around(ledger, "record", { before: "before_record", after: "after_record" });

const clickMemory = new ClickMemory();
/** Of the fast lane: what is in the others is no reason for those who come to wait. */
const seats = new Seats({ count: CONCURRENCY.fast, maxEvents: config.META_BATCH_MAX_EVENTS });

const departures: Departures = new Departures({
  depart: (passengers, destination, requestLeaves) =>
    depart(passengers, destination, {
      requestLeaves,
      ledger,
      destinations,
      graph,
      clickMemory,
      logAttempt: attemptNoter(log, deliveryMetrics),
      logTrouble: troubles,
      now,
      jitter: Math.random,
      delayScale: config.DELAY_SCALE,
      leaseMs: timings.leaseMs,
      requestMs: timings.requestMs,
      isClosing: () => departures.isClosed,
      mayGoOn: async (account) => mayGoOn(account, await accounts.find(account.id), now()),
    }),
  isCurrent: async (account) => isCurrent(account, await accounts.find(account.id)),
  takeProbe: (account) => destinations.takeProbe(account),
  onClarity: (account, clarity) => destinations.tellClarity(account, clarity),
  onSluggish: (accountId) => destinations.tellSluggish(accountId),
  onTrouble: troubles,
  maxEvents: config.META_BATCH_MAX_EVENTS,
  lingerMs: config.META_BATCH_LINGER_MS,
  maxInFlight: REQUESTS_PER_DESTINATION,
  seats,
  now,
});

const unprepared = limitedWarning(log, "the database could not be prepared; it is tried again");
await shutdown.unlessLeaving(keepMigrating(mongo, unprepared));

const keyMissing = limitedWarning(log, "an event waits for an encryption key that is missing");
const returns = new ReturnSchedule(timings.probingPauseMs);
const deliver = createDeliveryHandler({
  ledger,
  accounts,
  destinations,
  clicks,
  departures,
  dispatcher,
  resting,
  onEnded: ({ status, reason }, event) => {
    deliveryMetrics.turnEnded(status, reason);
    if (reason === "encryption_key_missing") keyMissing(new SealedValueError("unknown_key"), { event });
  },
  // Thousands of turns fail at once in an outage.
  onTrouble: limitedWarning(log, "a turn could not be finished"),
  now,
  jitter: Math.random,
  afterProbing: (event) => returns.next(event, now()),
});
const workers = LANES.map(
  (lane) =>
    new DeliveryWorker({
      redis: consumer,
      prefix: config.QUEUE_PREFIX,
      lane,
      concurrency: CONCURRENCY[lane],
      lockMs: timings.lockMs,
      deliver: (job) => (lane === "fast" ? seats.takeFor(() => deliver(job, lane)) : deliver(job, lane)),
      onError: queueWarning,
    }),
);
const sweeper = new Sweeper({
  eraser: new EventEraser(mongo),
  retentionDays: config.RETENTION_DAYS,
  alerts,
  bell,
  sweeps: new SweepStore(mongo, vault),
  figures: new RollupReader(mongo),
  accountStore,
  lives,
  queue,
  dispatcher,
  resting,
  accounts,
  conversations,
  leases,
  holder,
  everyMs: timings.sweepEveryMs,
  overdueMs: timings.overdueMs,
  rowsPerSecond: 2_000,
  conversationsPerSweep: 2_000,
  now,
  jitter: Math.random,
  delayScale: config.DELAY_SCALE,
  onSwept: (counts) => {
    deliveryMetrics.swept(counts);
    log.info(counts, "sweeper.mended");
  },
  onError: (err, sweep) => log.warn({ err, sweep }, "a sweep failed"),
});

const duties = [
  countFigures({
    rollups: new RollupBuilder(mongo, now),
    standing: new StandingCount(mongo, now),
    everyMs: timings.countEveryMs,
  }),
  bulkRetries({
    orders: new BulkRetryStore(mongo),
    nextRetryable: (order, limit) => nextRetryable(mongo, order, limit),
    decisions,
    audit,
    now,
    pause,
  }),
  bulkDecisions({
    orders: new BulkDecisionStore(mongo),
    nextInDoubt: (decision, limit) => nextInDoubt(mongo, decision, limit),
    decisions,
    audit,
    now,
    pause,
  }),
].map(
  (task) =>
    new Duty({ ...task, leases, holder, onError: (err, name) => log.warn({ err, duty: name }, "a duty failed") }),
);

// Together: as long as one of them takes jobs, requests would go on leaving.
shutdown.closes(workers, async () => {
  departures.close();
  await Promise.all([...workers, sweeper, ...duties].map((one) => one.close()));
});
for (const one of [...workers, sweeper, ...duties]) one.start();
log.info({ concurrency: config.WORKER_CONCURRENCY }, "taking jobs");
