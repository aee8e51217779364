import {
  keepsTokensEncrypted,
  noFaultsInProduction,
  port,
  readConfig,
  settings,
  speaksToMetaInProduction,
  wholeNumber,
} from "@capi-relay/runtime";
import { mongoUriMistake } from "@capi-relay/storage";
import { keyRingMistake } from "@capi-relay/vault";
import { timingsOf } from "./timings.ts";

/** What the worker reads from its environment. */
export function readWorkerConfig(env: NodeJS.ProcessEnv) {
  return readConfig(
    {
      NODE_ENV: settings.NODE_ENV,
      LOG_LEVEL: settings.LOG_LEVEL,
      MONGODB_URI: settings.MONGODB_URI,
      REDIS_URL: settings.REDIS_URL,
      QUEUE_PREFIX: settings.QUEUE_PREFIX,
      ENCRYPTION_KEYS: settings.ENCRYPTION_KEYS,
      META_GRAPH_URL: settings.META_GRAPH_URL,
      META_GRAPH_VERSION: settings.META_GRAPH_VERSION,
      META_ALLOW_PLAIN_HTTP: settings.META_ALLOW_PLAIN_HTTP,
      ALLOW_META_SANDBOX: settings.ALLOW_META_SANDBOX,
      RETENTION_DAYS: settings.RETENTION_DAYS,
      ALERT_WEBHOOK_URL: settings.ALERT_WEBHOOK_URL,
      META_APP_SECRET: settings.META_APP_SECRET,
      META_BATCH_MAX_EVENTS: wholeNumber(1, 1_000, "events").default(100),
      META_BATCH_LINGER_MS: wholeNumber(0, 1_000, "milliseconds").default(10),
      META_TIMEOUT_MS: wholeNumber(500, 30_000, "milliseconds").default(10_000),
      WORKER_CONCURRENCY: wholeNumber(1, 20_000, "events in work at once").default(2_000),
      /** For demonstrations and tests: waits of hours become seconds. */
      DELAY_SCALE: settings.DELAY_SCALE,
      /** For tests: a lease, a lock and an overdue job take tenths or hundredths of the usual time to be noticed. */
      LEASE_SCALE: settings.DELAY_SCALE,
      FAULT_POINT: settings.FAULT_POINT,
      METRICS_HOST: settings.METRICS_HOST,
      METRICS_PORT: settings.METRICS_PORT,
      /** Where the worker shares machine and environment with the API. */
      WORKER_METRICS_PORT: port().optional(),
    },
    env,
    keepsTokensEncrypted,
    speaksToMetaInProduction,
    noFaultsInProduction,
    ({ MONGODB_URI }) => mongoUriMistake(MONGODB_URI),
    ({ ENCRYPTION_KEYS }) => keyRingMistake(ENCRYPTION_KEYS),
    ({ WORKER_CONCURRENCY, META_BATCH_MAX_EVENTS }) =>
      WORKER_CONCURRENCY >= META_BATCH_MAX_EVENTS
        ? null
        : "WORKER_CONCURRENCY is smaller than META_BATCH_MAX_EVENTS, so a batch could never fill; raise it.",
    ({ NODE_ENV, DELAY_SCALE }) =>
      NODE_ENV !== "production" || DELAY_SCALE === 1
        ? null
        : "DELAY_SCALE shortens the pauses between tries and is for demonstrations; leave it out in production.",
    ({ NODE_ENV, LEASE_SCALE }) =>
      NODE_ENV !== "production" || LEASE_SCALE === 1
        ? null
        : "LEASE_SCALE shortens leases and is for tests; leave it out in production.",
    (env) =>
      timingsOf(env).leaseMs >= env.META_TIMEOUT_MS * 3
        ? null
        : "LEASE_SCALE leaves a lease less than three times META_TIMEOUT_MS, so it could lapse while Meta still answers.",
  );
}
