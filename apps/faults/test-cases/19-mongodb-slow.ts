import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, expectCalm, startCluster } from "../src/with-cluster.ts";

test("19: MongoDB answers after 5 s: waits are bounded, and nobody piles up", async () => {
  const cluster = await startCluster({ apiVia: ["mongo"] });
  const shop = await openShop(cluster, "shop-19");
  await cluster.proxy("api", "mongo").suffer({ kind: "latency", delayMs: 5_000 });
  const waits: number[] = [];
  await expectCalm(cluster, async () => {
    await Promise.all(
      purchases(cluster, shop, 100).map(async (order) => {
        const startedAt = performance.now();
        const { status } = await cluster.orders.send(order, 30_000);
        expect([202, 503]).toContain(status);
        waits.push(performance.now() - startedAt);
      }),
    );
  });
  expect(Math.max(...waits)).toBeLessThan(12_000);
  await cluster.proxy("api", "mongo").suffer({ kind: "clear" });
  await cluster.orders.sendAll(purchases(cluster, shop, 100));
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 100 });
});
