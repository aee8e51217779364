import type { TestProject } from "vitest/node";
import { readLocalServicesConfig } from "./config.ts";
import { startMongo } from "./start-mongo.ts";
import { startRedis } from "./start-redis.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** One Redis for the whole run, shared: use a prefix of your own (`uniquePrefix`), never FLUSH. */
    redisUrl: string;
    /** One MongoDB for the whole run, shared: use a database of your own (`withDatabase`), and drop only that. */
    mongoUri: string;
  }
}

/** Starts what no variable points to, once per run; every test file gets the addresses by `inject`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { redisUrl, mongoUri, ...surroundings } = readLocalServicesConfig(process.env);
  const onProgress = (line: string) => process.stderr.write(`${line}\n`);
  const [redis, mongo] = await Promise.all([
    startRedis({ given: redisUrl, surroundings, onProgress }),
    startMongo({ given: mongoUri, surroundings, onProgress }),
  ]);
  project.provide("redisUrl", redis.url);
  project.provide("mongoUri", mongo.uri);
  return async () => {
    await Promise.all([redis.stop(), mongo.stop()]);
  };
}
