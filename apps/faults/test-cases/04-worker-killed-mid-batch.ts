import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("4: a worker killed in the middle of a batch, at several places, keeps the books right for every event", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-4");
  await cluster.orders.sendAll(purchases(cluster, shop, 300));
  for (const point of ["before_record:7", "after_record:3", "before_send:2"]) {
    const doomed = await cluster.startWorker({ FAULT_POINT: point, META_BATCH_MAX_EVENTS: "25" });
    expect(await doomed.ended()).toBe("SIGKILL");
  }
  await cluster.startWorker();
  await expectAllInvariants(cluster);
  const { delivered = 0, outcome_unknown = 0 } = await cluster.ledger.byStatus();
  expect(delivered + outcome_unknown).toBe(300);
});
