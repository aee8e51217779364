import { createSecretKey } from "node:crypto";
import { Decisions, Dispatcher, RestingEvents } from "@capi-relay/dispatch";
import { GraphClient } from "@capi-relay/meta";
import { GraphMetrics, HttpMetrics, IntakeMetrics, openMetricsDoor, openRegistry } from "@capi-relay/metrics";
import { ConversionQueue } from "@capi-relay/queue";
import {
  closeRedis,
  configOrExit,
  connectRedisProducer,
  consoleToLog,
  createLogger,
  FaultPoints,
  isMetaItself,
  limitedWarning,
  listenOrExit,
  Shutdown,
} from "@capi-relay/runtime";
import {
  AccountStore,
  ApiKeyStore,
  AuditLog,
  CachedAccounts,
  CachedApiKeys,
  ClickCaptureStore,
  ConversationStore,
  EventEraser,
  EventLedger,
  EventList,
  EventLives,
  EventProgress,
  keepMigrating,
  LeaseStore,
  MongoConnection,
  missingIndexes,
  RefusalStore,
} from "@capi-relay/storage";
import { KeyRing, LookupKeys } from "@capi-relay/vault";
import { ConflictLimits } from "./access/conflict-limits.ts";
import { KeyUses } from "./access/key-uses.ts";
import { buildApi } from "./app.ts";
import { ClickCaptureTally } from "./click-capture-tally.ts";
import { readApiConfig } from "./config.ts";
import { IntakeTally } from "./intake-tally.ts";
import { WaitingRoom } from "./wait/waiting-room.ts";

const config = configOrExit(() => readApiConfig(process.env));
const log = createLogger({ name: "api", level: config.LOG_LEVEL });
consoleToLog(log);
const shutdown = new Shutdown({ log });
shutdown.onSignals("SIGTERM", "SIGINT");
shutdown.onCrashes();

/** The API itself speaks to Meta only when somebody tries an account out, and that somebody waits. */
const PROBE_TIMEOUT_MS = 5_000;

/** How long a count of refusals or clicks may be missing in the database, and what a killed process forgets. */
const TALLY_EVERY_MS = 5_000;
/** Wrong API keys a minute, so that guessing is slow. */
const WRONG_KEYS_PER_ADDRESS = 60;

const now = () => new Date();
const metrics = openRegistry();
const graphMetrics = new GraphMetrics(metrics);
shutdown.closes(await openMetricsDoor(metrics, { host: config.METRICS_HOST, port: config.METRICS_PORT, log }));

const vault = KeyRing.parse(config.ENCRYPTION_KEYS);
const lookupKey = Buffer.from(config.LOOKUP_KEY);
const lookupKeys = new LookupKeys(lookupKey);

const mongo = shutdown.closes(
  new MongoConnection(config.MONGODB_URI, {
    appName: "capi-relay-api",
    onConnectFailure: limitedWarning(log, "MongoDB connection failed"),
  }),
);
const redis = shutdown.closes(connectRedisProducer(config.REDIS_URL, log), closeRedis);
const queue = shutdown.closes(
  new ConversionQueue({ redis, prefix: config.QUEUE_PREFIX }, limitedWarning(log, "the queue is away")),
);

const ledger = new EventLedger(mongo, vault);
shutdown.closes(ledger, () => ledger.drain());
const accountStore = new AccountStore(mongo, vault);
const cachedAccounts = new CachedAccounts(accountStore);
const apiKeyStore = new ApiKeyStore(mongo);
const keyUses = shutdown.closes(
  new KeyUses(apiKeyStore, limitedWarning(log, "when API keys were used last could not be noted")),
);
const graph = shutdown.closes(
  new GraphClient({
    graphUrl: config.META_GRAPH_URL,
    version: config.META_GRAPH_VERSION,
    timeoutMs: PROBE_TIMEOUT_MS,
    onRequest: (facts) => graphMetrics.requested(facts),
    ...(config.META_APP_SECRET === undefined ? {} : { appSecret: config.META_APP_SECRET }),
  }),
);
const clickCaptures = shutdown.closes(
  new ClickCaptureTally({
    captures: new ClickCaptureStore(mongo),
    flushEveryMs: TALLY_EVERY_MS,
    onTrouble: limitedWarning(log, "captured clicks could not be counted"),
  }),
);
const intake = shutdown.closes(
  new IntakeTally({
    metrics: new IntakeMetrics(metrics),
    refusals: new RefusalStore(mongo),
    accounts: accountStore,
    flushEveryMs: TALLY_EVERY_MS,
    onTrouble: limitedWarning(log, "the refusals could not be counted"),
    now,
  }),
);
const lives = new EventLives(mongo, vault);
const dispatcher = new Dispatcher({
  ledger,
  queue,
  accounts: cachedAccounts,
  onQueueAway: limitedWarning(log, "a job could not be added; the sweeper will add it"),
  now,
});

const eventProgress = new EventProgress(mongo);
const waitingRoom = new WaitingRoom({
  look: (ids) => eventProgress.look(ids),
  onTrouble: limitedWarning(log, "nobody can be told how events ended; they were answered without"),
});

const faultPoints = new FaultPoints(config.FAULT_POINT);
faultPoints.around(ledger, "accept", { after: "after_insert" });
faultPoints.around(queue, "add", { after: "after_add" });

const app = shutdown.closes(
  await buildApi({
    accounts: { find: (id) => cachedAccounts.find(id), findByWaba: (wabaId) => accountStore.findByWaba(wabaId) },
    accountStore,
    apiKeyStore,
    cachedApiKeys: new CachedApiKeys(apiKeyStore),
    keyUses,
    requestLimits: {
      perKey: config.RATE_LIMIT_PER_KEY,
      perAddress: config.RATE_LIMIT_PER_ADDRESS,
      failuresPerAddress: WRONG_KEYS_PER_ADDRESS,
    },
    conflictLimits: new ConflictLimits(now),
    audit: new AuditLog(mongo),
    eraser: new EventEraser(mongo),
    graph,
    leases: new LeaseStore(mongo),
    intake,
    http: new HttpMetrics(metrics),
    cachedAccounts,
    clickCaptures,
    conversations: new ConversationStore(mongo),
    ledger,
    eventList: new EventList(mongo),
    cursorKey: lookupKey,
    waitingRoom,
    dispatcher,
    resting: new RestingEvents({ lives, dispatcher, now }),
    decisions: new Decisions({ ledger, lives, dispatcher, now }),
    lookupKeys,
    making: { lookupKeys, fingerprintKey: createSecretKey(lookupKey), sandbox: !isMetaItself(config.META_GRAPH_URL) },
    webhook: {
      verifyToken: config.WHATSAPP_VERIFY_TOKEN,
      appSecrets: [
        ...config.WHATSAPP_APP_SECRETS,
        ...(config.WHATSAPP_APP_SECRET === undefined ? [] : [config.WHATSAPP_APP_SECRET]),
      ],
    },
    missingIndexes: () => missingIndexes(mongo),
    pingQueue: () => queue.ping(),
    adminApiKey: config.ADMIN_API_KEY,
    trustProxy: config.TRUST_PROXY,
    log,
    now,
  }),
);
// The database may come later than we do; until its indexes stand, /health/ready says no.
const unprepared = limitedWarning(log, "the database could not be prepared; it is tried again");
void keepMigrating(mongo, unprepared).catch(() => undefined);
const place = { host: config.API_HOST, port: config.API_PORT };
const address = await listenOrExit(app, place, { host: "API_HOST", port: "API_PORT" }, log);
log.info({ address }, "listening");
