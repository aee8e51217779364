import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "./logger.ts";

const ERROR_LOG_INTERVAL_MS = 10_000;
const GOODBYE_DEADLINE_MS = 1000;

// After a failover the old primary answers READONLY: reconnect and send the command again (2).
const reconnectOnError = (error: Error) => (error.message.startsWith("READONLY") ? 2 : false);

/** Fail fast, never hang, recover by itself. The deadline belongs here only: see `CONSUMER`. */
const PRODUCER = {
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  commandTimeout: 2000,
  connectTimeout: 3000,
  reconnectOnError,
} satisfies RedisOptions;

/** Wait for ever. No command deadline: timing out after a finished job would turn its success into a retry. */
const CONSUMER = { maxRetriesPerRequest: null, reconnectOnError } satisfies RedisOptions;

/**
 * A connection for those who answer people: a command fails within about two seconds when Redis is away, and works
 * again by itself once it is back. Returns at once; the first connection may still be on its way, and until then
 * commands fail.
 * @param url `redis://…` or, for TLS, `rediss://…`. It may hold a password and is never logged.
 */
export function connectRedisProducer(url: string, log: Logger): Redis {
  return watched(new Redis(url, { ...PRODUCER, connectionName: "capi-relay-producer" }), "producer", log);
}

/** A connection for those who take work: its commands wait until Redis is back. Returns at once. */
export function connectRedisConsumer(url: string, log: Logger): Redis {
  return watched(new Redis(url, { ...CONSUMER, connectionName: "capi-relay-consumer" }), "consumer", log);
}

/** Says goodbye when Redis is there, and hangs up in any case. Never rejects, never waits for an absent server. */
export async function closeRedis(redis: Redis): Promise<void> {
  // A server that accepts and never answers would keep a consumer's goodbye waiting for ever.
  const hangUp = setTimeout(() => redis.disconnect(), GOODBYE_DEADLINE_MS);
  try {
    if (redis.status === "ready") await redis.quit();
  } catch {
    // Whoever cannot say goodbye is gone already.
  } finally {
    clearTimeout(hangUp);
  }
  if (redis.status === "end") return;
  const ended = new Promise<void>((resolve) => redis.once("end", resolve));
  const wasBetweenTries = redis.status === "reconnecting";
  redis.disconnect();
  // Between two tries there is nothing to hang up: ioredis would drop the next try and leave waiting commands unsettled
  // for ever. A try that is cut off at once ends them.
  if (wasBetweenTries) {
    redis.connect().catch(() => {});
    redis.disconnect();
  }
  await ended;
}

/** At most one line in ten seconds, and one when it is over: a reconnecting client fails many times a second. */
function watched(redis: Redis, connection: string, log: Logger): Redis {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  let outageLogged = false;
  redis.on("error", (err: Error) => {
    const now = performance.now();
    if (now < quietUntil) {
      unlogged += 1;
      return;
    }
    log.warn({ err, connection, unlogged }, "Redis connection failed");
    quietUntil = now + ERROR_LOG_INTERVAL_MS;
    unlogged = 0;
    outageLogged = true;
  });
  redis.on("ready", () => {
    if (!outageLogged) return;
    log.info({ connection, unlogged }, "Redis connection is back");
    unlogged = 0;
    outageLogged = false;
  });
  return redis;
}
