import { expect, test } from "vitest";
import { openShop, purchase, purchases } from "../src/shop.ts";
import { expectAllInvariants, expectCalm, pause, startCluster } from "../src/with-cluster.ts";

const AWAY_MS = 30_000;

test("17: MongoDB away: 503 and never 202, nothing is sent unrecorded, and all recovers", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-17");
  await cluster.orders.sendAll(purchases(cluster, shop, 50));
  await cluster.ledger.atRest(20_000);
  cluster.orders.statuses.clear();
  const copiesBefore = cluster.sandbox.copies().length;
  await cluster.mongo.kill();
  const startedAt = performance.now();
  await expectCalm(cluster, async () => {
    for (let at = 0; performance.now() - startedAt < AWAY_MS; at += 1) {
      const answer = await cluster.orders.send(purchase(cluster, shop, `away-${at}`));
      expect(answer.status).toBe(503);
      await pause(500);
    }
  });
  expect(cluster.sandbox.copies().length).toBe(copiesBefore);
  await cluster.mongo.start();
  await cluster.ready();
  await cluster.orders.sendAll(purchases(cluster, shop, 50, 1_000));
  await expectAllInvariants(cluster);
  const late = (await cluster.ledger.rows()).filter(({ eventId }) => eventId.startsWith("order-"));
  expect(late.map(({ status }) => status)).toEqual(Array(100).fill("delivered"));
});
