import { Decisions, Dispatcher, RestingEvents } from "@capi-relay/dispatch";
import {
  exportEvents,
  findAtRisk,
  findEvents,
  planBulkDecision,
  planBulkRetry,
  RollupReader,
  readDestinations,
  readOverview,
  readTroubles,
  whatBecameOfResent,
  whatBecameOfRetried,
} from "@capi-relay/insight";
import { GraphClient } from "@capi-relay/meta";
import { ConversionQueue } from "@capi-relay/queue";
import {
  closeRedis,
  configOrExit,
  connectRedisProducer,
  consoleToLog,
  createLogger,
  isMetaItself,
  limitedWarning,
  listenOrExit,
  Shutdown,
} from "@capi-relay/runtime";
import {
  AccountStore,
  AlertStore,
  AuditLog,
  BulkDecisionStore,
  BulkRetryStore,
  CachedAccounts,
  ClickCaptureStore,
  DeadlineList,
  EventLedger,
  EventList,
  EventLives,
  EventSearch,
  MongoConnection,
  RefusalStore,
} from "@capi-relay/storage";
import { KeyRing, LookupKeys } from "@capi-relay/vault";
import { buildDashboard } from "./app.ts";
import { proxyLoginIn, readDashboardConfig } from "./config.ts";

const config = configOrExit(() => readDashboardConfig(process.env));
const log = createLogger({ name: "dashboard", level: config.LOG_LEVEL });
consoleToLog(log);
const shutdown = new Shutdown({ log });
shutdown.onSignals("SIGTERM", "SIGINT");
shutdown.onCrashes();

/** The dashboard speaks to Meta only when somebody tries an account out, and that somebody waits. */
const PROBE_TIMEOUT_MS = 5_000;

const now = () => new Date();
const vault = KeyRing.parse(config.ENCRYPTION_KEYS);
const mongo = shutdown.closes(
  new MongoConnection(config.MONGODB_URI, {
    appName: "capi-relay-dashboard",
    onConnectFailure: limitedWarning(log, "MongoDB connection failed"),
  }),
);
const queueWarning = limitedWarning(log, "the queue is away");
const redis = shutdown.closes(connectRedisProducer(config.REDIS_URL, log), closeRedis);
const queue = shutdown.closes(new ConversionQueue({ redis, prefix: config.QUEUE_PREFIX }, queueWarning));

const ledger = new EventLedger(mongo, vault);
shutdown.closes(ledger, () => ledger.drain());
const accounts = new AccountStore(mongo, vault);
const lives = new EventLives(mongo, vault);
const dispatcher = new Dispatcher({
  ledger,
  queue,
  // An account that can send again has hundreds of events released at once.
  accounts: new CachedAccounts(accounts),
  onQueueAway: queueWarning,
  now,
});
const lookupKeys = new LookupKeys(Buffer.from(config.LOOKUP_KEY));
const graph = shutdown.closes(
  new GraphClient({
    graphUrl: config.META_GRAPH_URL,
    version: config.META_GRAPH_VERSION,
    timeoutMs: PROBE_TIMEOUT_MS,
    ...(config.META_APP_SECRET === undefined ? {} : { appSecret: config.META_APP_SECRET }),
  }),
);
const list = new EventList(mongo);
const deadlines = new DeadlineList(mongo);
const search = new EventSearch(mongo);
const phoneKeyOf = (digits: string) => lookupKeys.phone(digits);
const rollups = new RollupReader(mongo);
const audit = new AuditLog(mongo);
const figures = {
  rollups,
  refusals: new RefusalStore(mongo),
  clickCaptures: new ClickCaptureStore(mongo),
  alerts: new AlertStore(mongo),
};

const app = shutdown.closes(
  await buildDashboard({
    queue,
    resting: new RestingEvents({ lives, dispatcher, now }),
    decisions: new Decisions({ ledger, lives, dispatcher, now }),
    readOverview: (scope, period) => readOverview(figures, scope, period, now()),
    readDestinations: () => readDestinations({ accounts, rollups }, now()),
    readTroubles: (destinations, period) => readTroubles({ mongo, ...figures }, destinations, period, now()),
    findEvents: async (text, filter, after, limit) =>
      findEvents({ list, search, accounts: await accounts.list(), phoneKeyOf }, text, filter, after, limit),
    findAtRisk: (what, after, limit) => findAtRisk(deadlines, what, after, limit, now()),
    exportEvents: (filter) => exportEvents(list, filter),
    planBulkRetry: (filter) => planBulkRetry(mongo, filter, now()),
    bulkRetries: new BulkRetryStore(mongo),
    whatBecameOfRetried: (orderId) => whatBecameOfRetried(mongo, audit, orderId),
    planBulkDecision: (what) => planBulkDecision(mongo, what, now()),
    bulkDecisions: new BulkDecisionStore(mongo),
    whatBecameOfResent: (decisionId) => whatBecameOfResent(mongo, audit, decisionId),
    accounts,
    ledger,
    audit,
    lookupKeys,
    graph,
    now,
    pingLedger: () => mongo.ping(),
    pingQueue: () => queue.ping(),
    users: config.DASHBOARD_USERS,
    proxyLogin: proxyLoginIn(config),
    sessionSecret: config.SESSION_SECRET,
    production: config.NODE_ENV === "production",
    sandbox: !isMetaItself(config.META_GRAPH_URL),
    trustProxy: config.TRUST_PROXY,
    log,
  }),
);
const place = { host: config.DASHBOARD_HOST, port: config.DASHBOARD_PORT };
const address = await listenOrExit(app, place, { host: "DASHBOARD_HOST", port: "DASHBOARD_PORT" }, log);
log.info({ address }, "listening");
