import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type LocalMongo, type LocalRedis, startMongo, startRedis } from "@capi-relay/local-services";
import { mustCall, startApp } from "@capi-relay/local-stack";
import { Redis } from "ioredis";
import mongoose from "mongoose";
import { cpuMsOf } from "./process-usage.ts";
import type { BenchShop } from "./shops.ts";

/** A typical time for Meta to answer in. */
export const GRAPH_LATENCY_MS = 100;
const ADMIN_TOKEN = "bench-sandbox-admin-token";

/** Events that the sandbox has accepted. */
export interface EventCounts {
  readonly distinct: number;
  /** Those it had seen before. */
  readonly copies: number;
}

/** What everybody is measured on: a Redis and a MongoDB of our own, and the sandbox that stands in for Meta. */
export interface Servers {
  readonly folder: string;
  readonly redisUrl: string;
  readonly mongoUri: string;
  readonly graphUrl: string;
  /** For looking on, beside what is measured. */
  readonly redis: Redis;
  readonly mongo: mongoose.Connection;
  /** Asks the sandbox's admin side; `path` begins behind `/admin`. */
  admin(method: "GET" | "PUT", path: string, body?: unknown): Promise<unknown>;
  /** Requests and events the sandbox has counted so far. */
  graphCounts(): Promise<{ readonly requests: number; readonly events: number }>;
  /** Events the sandbox has counted so far of these shops. */
  eventCounts(shops: readonly BenchShop[]): Promise<EventCounts>;
  /** Commands MongoDB has run so far, and calls Redis has. */
  storeCommands(): Promise<{ readonly mongo: number; readonly redis: number }>;
  /** Processor time of Redis and MongoDB so far, in milliseconds. */
  cpuMs(): { readonly redis: number; readonly mongo: number };
  /** The same of both together. */
  storesCpuMs(): number;
  stop(): Promise<void>;
}

export async function startServers(onProgress: (line: string) => void): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), "capi-relay-bench-"));
  const opened: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) await close();
  };
  try {
    const starting = [startRedis({ own: true, onProgress }), startMongo({ own: true, onProgress })] as const;
    // Both have to have ended, well or badly, before whatever started can be stopped.
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === "fulfilled") opened.push(() => started.value.stop());
    }
    const [redisServer, mongoServer] = await Promise.all(starting);
    const port = await freePort();
    const sandbox = await startApp({
      name: "meta-sandbox",
      logDir: join(folder, "logs"),
      env: {
        SANDBOX_PORT: String(port),
        SANDBOX_ADMIN_TOKEN: ADMIN_TOKEN,
        SANDBOX_LOG_FILE: join(folder, "received.jsonl"),
        SANDBOX_STRICT_SEEDING: "false",
        SANDBOX_LATENCY_MS: String(GRAPH_LATENCY_MS),
      },
      ready: { url: `http://127.0.0.1:${port}/health/live` },
    });
    opened.push(() => sandbox.stop());
    const redis = new Redis(redisServer.url, { maxRetriesPerRequest: null });
    opened.push(async () => redis.disconnect());
    const mongo = await mongoose.createConnection(mongoServer.uri).asPromise();
    opened.push(() => mongo.close());
    return serversOf({ folder, redisServer, mongoServer, graphUrl: `http://127.0.0.1:${port}`, redis, mongo, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As much of the sandbox's own counts as is read here. */
interface Summary {
  readonly requests: number;
  readonly eventsReceived: number;
  readonly byDataset: Readonly<Record<string, { readonly distinctEvents: number; readonly duplicates: number }>>;
}

interface Parts extends Pick<Servers, "folder" | "graphUrl" | "redis" | "mongo" | "stop"> {
  readonly redisServer: LocalRedis;
  readonly mongoServer: LocalMongo;
}

function serversOf({ redisServer, mongoServer, ...parts }: Parts): Servers {
  const { graphUrl, redis, mongo } = parts;
  const admin = (method: "GET" | "PUT", path: string, body?: unknown) =>
    mustCall(method, `${graphUrl}/admin${path}`, ADMIN_TOKEN, body);
  const summary = async () => (await admin("GET", "/summary")) as Summary;
  return {
    ...parts,
    redisUrl: redisServer.url,
    mongoUri: mongoServer.uri,
    admin,
    graphCounts: async () => {
      const { requests, eventsReceived } = await summary();
      return { requests, events: eventsReceived };
    },
    eventCounts: async (shops) => {
      const { byDataset } = await summary();
      const theirs = shops.flatMap(({ datasetId }) => byDataset[datasetId] ?? []);
      return {
        distinct: theirs.reduce((sum, { distinctEvents }) => sum + distinctEvents, 0),
        copies: theirs.reduce((sum, { duplicates }) => sum + duplicates, 0),
      };
    },
    storeCommands: async () => {
      const status = await mongo.db?.command({ serverStatus: 1 });
      return { mongo: totalOf(status?.["metrics"]?.commands), redis: callsOf(await redis.info("commandstats")) };
    },
    cpuMs: () => ({ redis: cpuMsOf(redisServer.pid), mongo: cpuMsOf(mongoServer.pid) }),
    storesCpuMs: () => cpuMsOf(redisServer.pid) + cpuMsOf(mongoServer.pid),
  };
}

/** Commands that carry the work; what drivers ask of a server's health is not counted. */
const WORKING = ["find", "insert", "update", "delete", "aggregate", "findAndModify", "getMore", "bulkWrite"];

function totalOf(commands: Record<string, { total?: unknown }> | undefined): number {
  return WORKING.reduce((sum, name) => sum + Number(commands?.[name]?.total ?? 0), 0);
}

/** Redis counts what scripts call, too: it is all work for its one thread. */
function callsOf(commandstats: string): number {
  return [...commandstats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}
