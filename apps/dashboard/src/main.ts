import { Dispatcher } from "@capi-relay/dispatch";
import { ConversionQueue } from "@capi-relay/queue";
import {
  closeRedis,
  configOrExit,
  connectRedisProducer,
  createLogger,
  isMetaItself,
  limitedWarning,
  Shutdown,
} from "@capi-relay/runtime";
import { EventLedger, MongoConnection, SweepStore } from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import { buildDashboard } from "./app.ts";
import { readDashboardConfig } from "./config.ts";

const config = configOrExit(() => readDashboardConfig(process.env));
const log = createLogger({ name: "dashboard", level: config.LOG_LEVEL });
const shutdown = new Shutdown({ log });
shutdown.onSignals("SIGTERM", "SIGINT");
shutdown.onCrashes();

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
const dispatcher = new Dispatcher({
  ledger,
  sweeps: new SweepStore(mongo, vault),
  queue,
  onQueueAway: queueWarning,
  now: () => new Date(),
});

const app = shutdown.closes(
  await buildDashboard({
    queue,
    dispatcher,
    pingLedger: () => mongo.ping(),
    pingQueue: () => queue.ping(),
    users: config.DASHBOARD_USERS,
    sessionSecret: config.SESSION_SECRET,
    production: config.NODE_ENV === "production",
    sandbox: !isMetaItself(config.META_GRAPH_URL),
    trustProxy: config.TRUST_PROXY,
    log,
  }),
);
const address = await app.listen({ host: config.DASHBOARD_HOST, port: config.DASHBOARD_PORT });
log.info({ address }, "listening");
