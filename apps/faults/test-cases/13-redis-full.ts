import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, expectCalm, pause, startCluster } from "../src/with-cluster.ts";

test("13: Redis full: still 202, the workers do not spin, and all recovers", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-13");
  await cluster.orders.sendAll(purchases(cluster, shop, 20));
  await cluster.ledger.atRest(20_000);
  const operator = new Redis(cluster.redis.port, "127.0.0.1");
  try {
    await operator.config("SET", "maxmemory", "1mb");
    await expectCalm(cluster, async () => {
      await cluster.orders.sendAll(purchases(cluster, shop, 30, 100), 5);
      await pause(8_000);
    });
    expect([...cluster.orders.statuses.keys()]).toEqual([202]);
    await operator.config("SET", "maxmemory", "0");
  } finally {
    operator.disconnect();
  }
  await expectAllInvariants(cluster, 90_000);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 50 });
});
