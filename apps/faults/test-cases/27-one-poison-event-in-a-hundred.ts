import { expect, test } from "vitest";
import { openShop, purchase, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("27: one bad event among a hundred: 99 delivered, 1 rejected, within sixteen more requests", async () => {
  const cluster = await startCluster({ workers: 0, sandboxEnv: { SANDBOX_STRICT_SEEDING: "true" } });
  const shop = await openShop(cluster, "shop-27");
  const good = purchases(cluster, shop, 99);
  await cluster.sandbox.admin("POST", `/wabas/${shop.wabaId}/clicks`, {
    ctwaClids: good.map((one) => one["ctwaClid"]),
  });
  // A click nobody made: Meta refuses the request that holds it.
  const bad = purchase(cluster, shop, "order-bad");
  await cluster.orders.sendAll([...good.slice(0, 40), bad, ...good.slice(40)]);
  await cluster.startWorker({ META_BATCH_LINGER_MS: "500" });
  await expectAllInvariants(cluster);
  const rows = await cluster.ledger.rows();
  const rejected = rows.filter(({ status }) => status === "rejected");
  expect(rejected.map(({ eventId }) => eventId)).toEqual(["order-bad"]);
  expect(rows.filter(({ status }) => status === "delivered").length).toBe(99);
  expect(cluster.sandbox.copies().length).toBe(99);
  expect(await cluster.sandbox.requests(shop.datasetId)).toBeLessThanOrEqual(20);
});
