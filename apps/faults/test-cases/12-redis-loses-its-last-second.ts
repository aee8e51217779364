import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

test("12: Redis loses the tail of its append-only file: nothing is lost, nothing doubled", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-12");
  await cluster.orders.sendAll(purchases(cluster, shop, 300));
  // A second's worth has to be in the file before a part of it can be cut off.
  await pause(1_200);
  const folder = join(cluster.redis.dataDir, "appendonlydir");
  await cluster.redis.kill();
  const newest =
    (await readdir(folder))
      .filter((name) => name.endsWith(".incr.aof"))
      .sort()
      .at(-1) ?? "";
  const { size } = await stat(join(folder, newest));
  await truncate(join(folder, newest), Math.floor(size / 2));

  await cluster.redis.start();
  await cluster.startWorker();
  await cluster.orders.sendAll(purchases(cluster, shop, 100, 1_000));
  await expectAllInvariants(cluster);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 400 });
  expect(cluster.sandbox.copies().length).toBe(400);
});
