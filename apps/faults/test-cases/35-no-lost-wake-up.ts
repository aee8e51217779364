import { expect, test } from "vitest";
import { SCENARIOS } from "../src/planted/scenarios.ts";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

test("35a: a click stored between a worker's look and its waiting_click wakes the event all the same", async () => {
  expect(await SCENARIOS.click_between_look_and_write()).toEqual([]);
});

test("35b: a resume between a worker's stale read and its held leaves nobody held for ever", async () => {
  const cluster = await startCluster({ workerVia: ["mongo"] });
  const shop = await openShop(cluster, "shop-35");
  await cluster.proxy("worker", "mongo").suffer({ kind: "latency", delayMs: 300 });
  for (let round = 0; round < 4; round += 1) {
    const paused = await cluster.orders.call("POST", `/v1/accounts/${shop.id}/pause`, {});
    expect(paused.status).toBe(200);
    await cluster.orders.sendAll(purchases(cluster, shop, 10, round * 100 + 1));
    await pause(250 * round);
    await cluster.orders.call("POST", `/v1/accounts/${shop.id}/resume`, {});
  }
  await cluster.proxy("worker", "mongo").suffer({ kind: "clear" });
  await expect.poll(() => cluster.ledger.byStatus(), { timeout: 30_000 }).toEqual({ delivered: 40 });
  await expectAllInvariants(cluster);
});
