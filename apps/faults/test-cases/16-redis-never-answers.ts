import { expect, test } from "vitest";
import { openShop, purchase } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("16: Redis accepts and never answers: 202 from the ledger within 3 s", async () => {
  const cluster = await startCluster({ apiVia: ["redis"] });
  const shop = await openShop(cluster, "shop-16");
  await cluster.proxy("api", "redis").suffer({ kind: "black_hole" });
  for (let at = 0; at < 3; at += 1) {
    const startedAt = performance.now();
    expect((await cluster.orders.send(purchase(cluster, shop, `order-${at}`))).status).toBe(202);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  }
  await cluster.proxy("api", "redis").suffer({ kind: "clear" });
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 3 });
});
