import { expect, test } from "vitest";
import { SCALED } from "../src/cluster.ts";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("23: Graph takes events and never answers for a while: after the first batch one event at a time, each copy marked", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-23");
  await cluster.orders.sendAll(purchases(cluster, shop, 120));
  await cluster.sandbox.fault({ kind: "record_then_hang", datasetId: shop.datasetId, forMs: 8_000 });
  await cluster.startWorker({ META_BATCH_MAX_EVENTS: "20" });
  await expectAllInvariants(cluster, 90_000);
  const attempts = (await cluster.ledger.rows()).flatMap((row) => row.attempts);
  const unclear = attempts.filter(({ mayHaveArrived }) => mayHaveArrived);
  const firstKnown = Math.min(...unclear.map(({ startedAt }) => startedAt.getTime())) + SCALED.metaTimeoutMs;
  const later = unclear.filter(({ startedAt }) => startedAt.getTime() > firstKnown + 200);
  expect(later.every(({ batchSize }) => batchSize === 1)).toBe(true);
  // The first batch, and one event for every deadline that passed while Graph hung.
  expect(unclear.length).toBeLessThanOrEqual(20 + 10);
});
