import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { startCluster } from "../src/with-cluster.ts";

test("22: 429, and 80004 inside a 400: that account waits and spends no attempt, others flow", async () => {
  const cluster = await startCluster({ workers: 0 });
  const short = await openShop(cluster, "shop-22-short");
  const long = await openShop(cluster, "shop-22-long");
  const free = await openShop(cluster, "shop-22-free");
  await cluster.sandbox.fault({ kind: "throttle_429", datasetId: short.datasetId, retryAfterS: 3 });
  await cluster.sandbox.fault({ kind: "throttle_80004", datasetId: long.datasetId, retryAfterS: 60 });
  for (const shop of [short, long, free]) await cluster.orders.sendAll(purchases(cluster, shop, 20));
  await cluster.startWorker();
  const of = (accountId: string) => cluster.ledger.rows({ accountId });
  const statuses = async (accountId: string) => [...new Set((await of(accountId)).map(({ status }) => status))];
  await expect.poll(() => statuses(free.id), { timeout: 10_000 }).toEqual(["delivered"]);
  await expect.poll(() => statuses(short.id), { timeout: 20_000 }).toEqual(["delivered"]);
  const throttled = (await of(short.id))
    .flatMap(({ attempts }) => attempts)
    .filter(({ reason }) => reason === "meta_throttled");
  expect(throttled.length).toBeGreaterThan(0);
  expect(throttled.every(({ spent }) => !spent)).toBe(true);
  // Meta said a minute: its time is never shortened.
  expect(await statuses(long.id)).toEqual(["retry_scheduled"]);
  expect(await cluster.sandbox.requests(long.datasetId)).toBe(1);
});
