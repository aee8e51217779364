import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("3: a worker killed after the claim, before the request, leaves exactly one copy, or marked ones", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-3");
  const doomed = await cluster.startWorker({ FAULT_POINT: "after_claim" });
  await cluster.orders.sendAll(purchases(cluster, shop, 10));
  expect(await doomed.ended()).toBe("SIGKILL");
  expect(cluster.sandbox.copies()).toEqual([]);
  expect((await cluster.ledger.byStatus())["sending"]).toBeGreaterThan(0);

  await cluster.startWorker();
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 10 });
  // Nobody could know that the request never left: the interrupted attempt is marked, and Meta holds one copy each.
  expect(cluster.sandbox.copies().length).toBe(10);
});
