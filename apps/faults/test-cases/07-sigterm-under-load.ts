import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("7: SIGTERM under load ends the worker with code 0 in time; every event has one copy", async () => {
  const cluster = await startCluster({
    sandboxEnv: { SANDBOX_LATENCY_MS: "200" },
    workerEnv: { WORKER_CONCURRENCY: "200" },
  });
  const shop = await openShop(cluster, "shop-7");
  const [first] = cluster.workers;
  const sending = cluster.orders.sendAll(purchases(cluster, shop, 1_500));
  await expect.poll(() => cluster.sandbox.copies().length, { timeout: 20_000 }).toBeGreaterThan(100);
  const startedAt = performance.now();
  expect(await first?.terminate()).toBe("exit code 0");
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  expect((await cluster.ledger.byStatus())["sending"] ?? 0).toBe(0);

  await cluster.startWorker();
  await sending;
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 1_500 });
  expect(cluster.sandbox.copies().length).toBe(1_500);
});
