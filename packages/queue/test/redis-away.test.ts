import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalRedis, startRedis, uniquePrefix } from "@capi-relay/local-services";
import { closeRedis, connectRedisProducer, createLogger } from "@capi-relay/runtime";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { ConversionQueue } from "../src/index.ts";
import { aJob } from "./a-queue.ts";

const log = createLogger({ name: "test", level: "silent" });

async function ownRedis(options: { port?: number; dataDir?: string } = {}): Promise<LocalRedis> {
  const redis = await startRedis({ own: true, ...options });
  onTestFinished(() => redis.stop());
  return redis;
}

function producerAt(url: string): ConversionQueue {
  const redis = connectRedisProducer(url, log);
  const queue = new ConversionQueue({ redis, prefix: uniquePrefix() }, () => {});
  onTestFinished(async () => {
    await queue.close();
    await closeRedis(redis);
  });
  return queue;
}

async function failsFast(adding: Promise<void>, withinMs: number): Promise<void> {
  const startedAt = performance.now();
  await expect(adding).rejects.toThrow();
  expect(performance.now() - startedAt).toBeLessThan(withinMs);
}

const works = (queue: ConversionQueue) => vi.waitFor(() => queue.add(aJob()), { timeout: 15_000, interval: 100 });

test("a producer fails fast while Redis is away, and works again once it is back", { timeout: 40_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "queue-test-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const first = await ownRedis({ dataDir });
  const queue = producerAt(first.url);
  await works(queue);

  await first.kill();
  await failsFast(queue.add(aJob()), 2_500);
  await expect(queue.ping()).rejects.toThrow();

  await ownRedis({ dataDir, port: Number(new URL(first.url).port) });
  await works(queue);
  await queue.ping();
});

test("a producer that started before Redis works once it is there", { timeout: 40_000 }, async () => {
  const reserved = await ownRedis();
  await reserved.stop();
  const queue = producerAt(reserved.url);
  await failsFast(queue.add(aJob()), 2_500);
  await ownRedis({ port: Number(new URL(reserved.url).port) });
  await works(queue);
});

test("a producer fails within three seconds when Redis accepts and never answers", { timeout: 40_000 }, async () => {
  const redis = await ownRedis();
  const queue = producerAt(redis.url);
  await works(queue);
  const pid = redis.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  try {
    await failsFast(queue.add(aJob()), 3_000);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await works(queue);
});

test("a Redis that is full is told from one that takes jobs", { timeout: 40_000 }, async () => {
  const { url } = await ownRedis();
  const queue = producerAt(url);
  await works(queue);
  const operator = new Redis(url);
  onTestFinished(async () => void (await operator.quit()));
  await operator.config("SET", "maxmemory", "1");
  await expect(queue.ping()).rejects.toThrow(/^OOM/);
  await operator.config("SET", "maxmemory", "0");
  await queue.ping();
});
