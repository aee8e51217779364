import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("8: SIGTERM while Meta hangs: the worker ends in the grace time, and the attempt is marked", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-8");
  await cluster.sandbox.fault({ kind: "record_then_hang", times: 1 });
  await cluster.orders.sendAll(purchases(cluster, shop, 1));
  await expect.poll(() => cluster.sandbox.copies().length, { timeout: 10_000 }).toBe(1);
  const startedAt = performance.now();
  expect(await cluster.workers[0]?.terminate()).toMatch(/^exit code [01]$/);
  expect(performance.now() - startedAt).toBeLessThan(27_000);

  await cluster.startWorker();
  await expectAllInvariants(cluster);
  const [row] = await cluster.ledger.rows();
  expect(row?.attempts.some(({ mayHaveArrived }) => mayHaveArrived)).toBe(true);
});
