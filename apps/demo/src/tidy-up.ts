import { once } from "node:events";
import type { Stack } from "@capi-relay/local-stack";
import { closeRedis, connectRedisProducer, createLogger } from "@capi-relay/runtime";
import { MongoConnection } from "@capi-relay/storage";

const KEYS_AT_A_TIME = 500;

/** Removes what the demo left on servers that somebody else runs: its own database and its own keys, nothing else. */
export async function tidyUp({ ownsMongo, ownsRedis, mongoUri, redisUrl }: Stack, queuePrefix: string): Promise<void> {
  if (!ownsMongo) await dropCollections(mongoUri);
  if (!ownsRedis) await removeKeys(redisUrl, queuePrefix);
}

/** A database whose last collection is gone is gone too. */
async function dropCollections(mongoUri: string): Promise<void> {
  const mongo = await new MongoConnection(mongoUri, { appName: "capi-relay-demo" }).connected();
  try {
    for (const { collection } of Object.values(mongo.collections)) await collection.drop();
  } finally {
    await mongo.close();
  }
}

async function removeKeys(redisUrl: string, queuePrefix: string): Promise<void> {
  const redis = connectRedisProducer(redisUrl, createLogger({ name: "demo", level: "silent" }));
  try {
    if (redis.status !== "ready") await once(redis, "ready");
    const scan = redis.scanStream({ match: `${queuePrefix}:*`, count: KEYS_AT_A_TIME });
    for await (const keys of scan as AsyncIterable<string[]>) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  } finally {
    await closeRedis(redis);
  }
}
