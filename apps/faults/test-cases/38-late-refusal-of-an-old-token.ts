import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

test("38: a 190 for the old token that lands after the token was replaced leaves the account active", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-38");
  await cluster.sandbox.fault({ kind: "token_expired", datasetId: shop.datasetId, delayMs: 1_200 });
  await cluster.orders.sendAll(purchases(cluster, shop, 3));
  await expect.poll(() => cluster.sandbox.requests(shop.datasetId), { timeout: 10_000 }).toBeGreaterThan(0);
  const token = `${shop.token}v2`;
  await cluster.sandbox.admin("PATCH", `/wabas/${shop.wabaId}`, { token });
  await cluster.orders.call("PATCH", `/v1/accounts/${shop.id}`, { accessToken: token });
  await pause(1_500);
  const { body } = await cluster.orders.call("GET", `/v1/accounts/${shop.id}`);
  expect(body.state).toBe("active");
  await expect.poll(() => cluster.ledger.byStatus(), { timeout: 20_000 }).toEqual({ delivered: 3 });
  await expectAllInvariants(cluster);
});
