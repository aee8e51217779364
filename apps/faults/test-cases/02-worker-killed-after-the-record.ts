import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("2: a worker killed after the record, before the queue hears, leaves exactly one copy", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-2");
  const doomed = await cluster.startWorker({ FAULT_POINT: "after_record" });
  await cluster.orders.sendAll(purchases(cluster, shop, 1));
  expect(await doomed.ended()).toBe("SIGKILL");
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 1 });

  await cluster.startWorker();
  await cluster.orders.sendAll(purchases(cluster, shop, 10, 100));
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 11 });
  expect(cluster.sandbox.copies().length).toBe(11);
});
