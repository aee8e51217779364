import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("21: Graph answers 500 with an error envelope for a while: plain retries with jitter, nothing ambiguous", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-21");
  await cluster.sandbox.fault({ kind: "error_500", forMs: 4_000 });
  await cluster.orders.sendAll(purchases(cluster, shop, 200));
  await expectAllInvariants(cluster);
  const rows = await cluster.ledger.rows();
  expect(rows.every(({ status }) => status === "delivered")).toBe(true);
  expect(rows.flatMap(({ attempts }) => attempts).some(({ mayHaveArrived }) => mayHaveArrived)).toBe(false);
  expect(cluster.sandbox.copies().length).toBe(200);
  const tries = rows.map(({ attempts }) => attempts.length);
  expect(Math.min(...tries)).toBeGreaterThan(1);
  expect(Math.max(...tries)).toBeLessThanOrEqual(8);
  const secondTries = new Set(rows.map(({ attempts }) => attempts[1]?.startedAt.getTime()));
  expect(secondTries.size).toBeGreaterThan(1);
});
