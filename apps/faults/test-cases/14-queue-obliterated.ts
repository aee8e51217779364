import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("14: an operator wipes Redis under load: nothing is lost, nothing doubled", async () => {
  const cluster = await startCluster({
    sandboxEnv: { SANDBOX_LATENCY_MS: "100" },
    workerEnv: { WORKER_CONCURRENCY: "100" },
  });
  const shop = await openShop(cluster, "shop-14");
  const sending = cluster.orders.sendAll(purchases(cluster, shop, 1_500));
  await expect.poll(() => cluster.sandbox.copies().length, { timeout: 20_000 }).toBeGreaterThan(100);
  const operator = new Redis(cluster.redis.port, "127.0.0.1");
  await operator.flushall();
  operator.disconnect();
  await sending;
  await expectAllInvariants(cluster, 90_000);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 1_500 });
  expect(cluster.sandbox.copies().length).toBe(1_500);
});
