import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, expectCalm, pause, startCluster } from "../src/with-cluster.ts";

const AWAY_MS = 60_000;

test("11: Redis away for long: nobody spins meanwhile, and the workers go on by themselves", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-11");
  await cluster.orders.sendAll(purchases(cluster, shop, 20));
  await cluster.ledger.atRest(20_000);
  await cluster.redis.kill();
  await expectCalm(cluster, async () => {
    await cluster.orders.sendAll(purchases(cluster, shop, 30, 100), 5);
    await pause(AWAY_MS);
  });
  expect([...cluster.orders.statuses.keys()]).toEqual([202]);
  await cluster.redis.start();
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 50 });
});
