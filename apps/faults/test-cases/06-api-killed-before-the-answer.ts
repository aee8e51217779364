import { expect, test } from "vitest";
import { openShop, purchase } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("6: an API killed after the add, before the answer: the repeat is a duplicate of one row with one copy", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-6");
  await cluster.api.kill();
  await cluster.api.start({ FAULT_POINT: "after_add" });
  const order = purchase(cluster, shop, "order-1");
  expect((await cluster.orders.send(order)).status).toBe(0);
  expect(await cluster.api.ended()).toBe("SIGKILL");

  await cluster.api.start();
  const repeat = await cluster.orders.send(order);
  expect(repeat.status).toBe(200);
  expect(repeat.body.duplicate).toBe(true);
  await expectAllInvariants(cluster);
  expect((await cluster.ledger.rows()).length).toBe(1);
  expect(cluster.sandbox.copies().length).toBe(1);
});
