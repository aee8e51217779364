import { startRedis } from "@capi-relay/local-services";
import { closeRedis, connectRedisConsumer, createLogger } from "@capi-relay/runtime";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { type DeliveryJobData, DeliveryWorker } from "../src/index.ts";
import { aJob, openQueue } from "./a-queue.ts";

const log = createLogger({ name: "test", level: "silent" });
/** As many in a second mean that it asks again and again without a pause. */
const MANY_REFUSALS = 50;

/** A Redis with a user who may not do everything, a job, and a worker that is this user. */
async function aWorkerWithout(command: string) {
  const server = await startRedis({ own: true });
  onTestFinished(() => server.stop());
  const operator = new Redis(server.url);
  onTestFinished(async () => void (await operator.quit()));
  await operator.call("ACL", "SETUSER", "worker", "on", "nopass", "~*", "&*", "+@all", `-${command}`);
  const { queue, prefix } = openQueue(server.url);
  const job = aJob();
  await queue.add(job);
  const redis = connectRedisConsumer(server.url.replace("redis://", "redis://worker:any@"), log);
  onTestFinished(() => closeRedis(redis));
  const refusedAt: number[] = [];
  const delivered: DeliveryJobData[] = [];
  const worker = new DeliveryWorker({
    redis,
    prefix,
    lane: "fast",
    concurrency: 10,
    lockMs: 30_000,
    deliver: async (job) => {
      delivered.push(job);
      return { kind: "completed", status: "delivered", reason: null };
    },
    onError: () => {
      // Without a pause it would leave no time to anybody else, not even to this test's timeout.
      if (refusedAt.push(performance.now()) === MANY_REFUSALS) void worker.close();
    },
  });
  onTestFinished(() => worker.close());
  worker.start();
  const allow = () => operator.call("ACL", "SETUSER", "worker", `+${command}`);
  return { job, refusedAt, delivered, allow };
}

test.each(["evalsha", "info"])(
  "a worker whose user may not call %s pauses between its tries instead of spinning",
  { timeout: 40_000 },
  async (command) => {
    const { refusedAt } = await aWorkerWithout(command);
    await vi.waitFor(() => expect(refusedAt.length).toBeGreaterThan(3), { timeout: 20_000 });
    expect(refusedAt.length).toBeLessThan(MANY_REFUSALS);
    expect((refusedAt.at(-1) ?? 0) - (refusedAt[0] ?? 0)).toBeGreaterThan(500);
  },
);

test("a worker that Redis refused takes jobs once its user may do what it needs", { timeout: 40_000 }, async () => {
  const { job, refusedAt, delivered, allow } = await aWorkerWithout("evalsha");
  await vi.waitFor(() => expect(refusedAt).not.toEqual([]), { timeout: 20_000 });
  await allow();
  await vi.waitFor(() => expect(delivered).toEqual([{ id: job.id, generation: 0 }]), { timeout: 20_000 });
});
