import { expect, test } from "vitest";
import { SCALED } from "../src/cluster.ts";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

test("18: MongoDB dies between send and record: what was sent is recorded, or marked and settled later", async () => {
  const cluster = await startCluster({ sandboxEnv: { SANDBOX_LATENCY_MS: "500" } });
  const shop = await openShop(cluster, "shop-18");
  await cluster.orders.sendAll(purchases(cluster, shop, 50));
  await expect.poll(() => cluster.sandbox.copies().length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
  await cluster.mongo.kill();
  await pause(SCALED.leaseMs + 1_000);
  await cluster.mongo.start();
  await expectAllInvariants(cluster);
  const { delivered = 0, outcome_unknown = 0 } = await cluster.ledger.byStatus();
  expect(delivered + outcome_unknown).toBe(50);
});
