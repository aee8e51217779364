import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { Cluster } from "./cluster.ts";
import type { LedgerRow, StoredConversation } from "./ledger-row.ts";
import type { Acknowledgement } from "./order-system.ts";
import type { OracleCopy } from "./sandbox-client.ts";
import { canaries } from "./secrets.ts";

/** A text something may have leaked into. */
export interface Exhibit {
  readonly where: string;
  readonly text: string;
}

/** Everything the checker looks at, taken down once. */
export interface Evidence {
  readonly rows: readonly LedgerRow[];
  readonly conversations: readonly StoredConversation[];
  readonly datasetIds: ReadonlyMap<string, string | null>;
  readonly copies: readonly OracleCopy[];
  readonly acknowledged: readonly Acknowledgement[];
  /** `account/eventId` of every event that was ever handed in. */
  readonly tried: ReadonlySet<string>;
  readonly logs: readonly Exhibit[];
  /** Redis: the append-only files, and every key with its value. */
  readonly redis: readonly Exhibit[];
  /** What each running process tells Prometheus. */
  readonly metrics: readonly Exhibit[];
  readonly canaries: ReadonlyMap<string, string>;
}

export async function gatherEvidence(cluster: Cluster): Promise<Evidence> {
  const { ledger, sandbox, orders, secrets } = cluster;
  const logFiles = await cluster.logFiles();
  return {
    rows: await ledger.rows(),
    conversations: await ledger.conversations(),
    datasetIds: await ledger.datasetIds(),
    copies: sandbox.copies(),
    acknowledged: [...orders.acknowledged.values()],
    tried: orders.tried,
    logs: await Promise.all(logFiles.map(async (file) => ({ where: file, text: await readFile(file, "utf8") }))),
    redis: cluster.redis.running ? await redisExhibits(cluster) : [],
    metrics: await metricsExhibits(cluster),
    canaries: canaries(secrets),
  };
}

async function metricsExhibits({ api, workers }: Cluster): Promise<Exhibit[]> {
  const told = await Promise.all(
    [api, ...workers].map(async (app) => ({ where: `metrics of ${app.name}`, text: await app.metrics() })),
  );
  return told.flatMap(({ where, text }) => (text === null ? [] : [{ where, text }]));
}

async function redisExhibits(cluster: Cluster): Promise<Exhibit[]> {
  const folder = join(cluster.redis.dataDir, "appendonlydir");
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async (name) => ({ where: `Redis file ${name}`, text: await readFile(join(folder, name), "latin1") })),
  );
}

/** The jobs that have not finished: job id by the list it is in. */
export async function liveJobs(cluster: Cluster): Promise<{ jobId: string; list: string }[]> {
  const redis = new Redis(cluster.redis.port, "127.0.0.1", { maxRetriesPerRequest: 1 });
  redis.on("error", () => {});
  try {
    const jobs: { jobId: string; list: string }[] = [];
    for (const key of await redis.keys("*")) {
      const list = /:(wait|active|delayed|paused|prioritized)$/.exec(key)?.[1];
      if (list === undefined) continue;
      const isSorted = (await redis.type(key)) === "zset";
      const ids = isSorted ? await redis.zrange(key, "0", "-1") : await redis.lrange(key, 0, -1);
      jobs.push(...ids.map((jobId) => ({ jobId, list })));
    }
    return jobs;
  } finally {
    redis.disconnect();
  }
}
