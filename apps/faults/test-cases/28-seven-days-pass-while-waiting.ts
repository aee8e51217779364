import { expect, test } from "vitest";
import { openShop, purchase, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

const WINDOW_S = 7 * 24 * 3_600 - 5 * 60;
const LEFT_S = 4;

test("28: an event crosses Meta's seven days while it waits: expired and never sent, its neighbours delivered", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-28");
  const eventTime = Math.floor(Date.now() / 1_000) - WINDOW_S + LEFT_S;
  const answer = await cluster.orders.send(purchase(cluster, shop, "order-old", { eventTime }));
  expect(answer.status).toBe(202);
  await cluster.orders.sendAll(purchases(cluster, shop, 20));
  await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(Date.parse(answer.body.expiresAt));
  await cluster.startWorker();
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 20, expired: 1 });
  expect(cluster.sandbox.copies().map(({ eventId }) => eventId)).not.toContain("order-old");
});
