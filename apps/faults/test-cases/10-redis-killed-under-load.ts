import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

test("10: Redis killed and restarted under load: 202 throughout, and everything settles", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-10");
  const sending = cluster.orders.sendAll(purchases(cluster, shop, 2_000), 20);
  for (let round = 0; round < 3; round += 1) {
    await pause(300);
    await cluster.redis.kill();
    await pause(1_000);
    await cluster.redis.start();
  }
  await sending;
  expect([...cluster.orders.statuses.keys()]).toEqual([202]);
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 2_000 });
});
