import { expect, test } from "vitest";
import { openShop, purchase, purchases } from "../src/shop.ts";
import { pause, startCluster } from "../src/with-cluster.ts";

const STUCK = 10_000;
const FLOWING = 200;

test("39: one account black-holed with 10,000 events: another's p99 to delivered stays within 2 s", async () => {
  const cluster = await startCluster();
  const hole = await openShop(cluster, "shop-39-hole");
  const other = await openShop(cluster, "shop-39-other");
  await cluster.sandbox.fault({ kind: "hang", datasetId: hole.datasetId, times: "always" });
  await cluster.orders.sendAll(purchases(cluster, hole, STUCK));
  for (let at = 0; at < FLOWING; at += 1) {
    await cluster.orders.send(purchase(cluster, other, `order-${at}`));
    await pause(25);
  }
  const delivered = () => cluster.ledger.rows({ accountId: other.id, status: "delivered" });
  await expect.poll(async () => (await delivered()).length, { timeout: 30_000 }).toBe(FLOWING);
  const waits = (await delivered()).map(({ acceptedAt, endedAt }) => (endedAt?.getTime() ?? 0) - acceptedAt.getTime());
  const p99 = waits.sort((a, b) => a - b)[Math.ceil(FLOWING * 0.99) - 1] ?? Number.POSITIVE_INFINITY;
  expect(p99).toBeLessThanOrEqual(2_000);
});
