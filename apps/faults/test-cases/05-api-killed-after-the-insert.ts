import { expect, test } from "vitest";
import { openShop, purchase } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("5: an API killed after the insert, before the add: the sweeper puts the event on the queue", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-5");
  await cluster.api.kill();
  await cluster.api.start({ FAULT_POINT: "after_insert" });
  const answer = await cluster.orders.send(purchase(cluster, shop, "order-1"));
  expect(answer.status).toBe(0);
  expect(await cluster.api.ended()).toBe("SIGKILL");
  expect((await cluster.ledger.rows()).map(({ status }) => status)).toEqual(["queued"]);

  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 1 });
  expect(cluster.sandbox.copies().length).toBe(1);
});
