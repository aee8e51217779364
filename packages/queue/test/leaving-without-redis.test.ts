import { startRedis, uniquePrefix } from "@capi-relay/local-services";
import { closeRedis, connectRedisConsumer, connectRedisProducer, createLogger } from "@capi-relay/runtime";
import { expect, onTestFinished, test, vi } from "vitest";
import { ConversionQueue, DeliveryWorker, type JobEnding } from "../src/index.ts";
import { aJob } from "./a-queue.ts";

const log = createLogger({ name: "test", level: "silent" });

/** A job on a queue that nobody holds open. */
async function leaveAJob(url: string, prefix: string): Promise<void> {
  const redis = connectRedisProducer(url, log);
  const queue = new ConversionQueue({ redis, prefix }, () => {});
  await vi.waitFor(() => queue.add(aJob()), { timeout: 10_000, interval: 100 });
  await queue.close();
  await closeRedis(redis);
}

function startWorker(url: string, prefix: string, deliver: () => Promise<JobEnding>) {
  const redis = connectRedisConsumer(url, log);
  onTestFinished(() => closeRedis(redis));
  const onError = vi.fn();
  const options = { redis, prefix, lane: "fast", concurrency: 10, lockMs: 30_000 } as const;
  const worker = new DeliveryWorker({ ...options, deliver, onError });
  worker.start();
  return { worker, onError };
}

test("a worker can be closed while Redis is away, as soon as its turns are over", { timeout: 40_000 }, async () => {
  const server = await startRedis({ own: true });
  onTestFinished(() => server.stop());
  const prefix = uniquePrefix();
  await leaveAJob(server.url, prefix);
  const turn = Promise.withResolvers<JobEnding>();
  const deliver = vi.fn(() => turn.promise);
  const { worker, onError } = startWorker(server.url, prefix, deliver);
  await vi.waitFor(() => expect(deliver).toHaveBeenCalledOnce(), { timeout: 10_000 });

  await server.kill();
  await vi.waitFor(() => expect(onError).toHaveBeenCalled(), { timeout: 10_000 });
  const left = vi.fn();
  const closing = worker.close().then(left);
  await new Promise((resolve) => setImmediate(resolve));
  expect(left).not.toHaveBeenCalled();

  turn.resolve({ kind: "completed", status: "delivered", reason: null });
  await closing;
});

test("a worker that never reached Redis can be closed", { timeout: 40_000 }, async () => {
  const server = await startRedis({ own: true });
  await server.stop();
  const { worker, onError } = startWorker(server.url, uniquePrefix(), () => Promise.reject(new Error("no jobs")));
  await vi.waitFor(() => expect(onError.mock.calls.length).toBeGreaterThan(2), { timeout: 10_000 });
  await worker.close();
});
