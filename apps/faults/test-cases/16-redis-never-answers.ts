import { expect, test } from "vitest";
import { openShop, purchase } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("16: Redis accepts and never answers: 202 from the ledger within 3 s", async () => {
  const cluster = await startCluster({ apiVia: ["redis"] });
  const shop = await openShop(cluster, "shop-16");
  await cluster.proxy("api", "redis").suffer({ kind: "black_hole" });
  const sendTimed = async (eventId: string) => {
    const startedAt = performance.now();
    expect((await cluster.orders.send(purchase(cluster, shop, eventId))).status).toBe(202);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  };
  await sendTimed("first");
  // One behind the other and all at once: nobody waits for those before him.
  for (let at = 0; at < 3; at += 1) {
    await Promise.all(Array.from({ length: 40 }, (_, lane) => sendTimed(`order-${at}-${lane}`)));
  }
  await cluster.proxy("api", "redis").suffer({ kind: "clear" });
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 121 });
});
