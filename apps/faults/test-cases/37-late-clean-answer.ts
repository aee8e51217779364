import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

/** Longer than a lease (6 s) and than the time between two sweeps (15 s). */
const AWAY_MS = 20_000;

test("37: a clean 200 that comes while MongoDB is away until after the lease is recorded, and nothing is sent again", async () => {
  const cluster = await startCluster({ workers: 0, sandboxEnv: { SANDBOX_LATENCY_MS: "1000" } });
  const shop = await openShop(cluster, "shop-37");
  // Sweeps as far apart as in earnest; leases as short as in the other tests.
  await cluster.startWorker({ DELAY_SCALE: "1" });
  await cluster.orders.sendAll(purchases(cluster, shop, 20));
  await expect.poll(() => cluster.sandbox.copies().length, { timeout: 10_000, interval: 5 }).toBe(20);
  await cluster.mongo.kill();
  await pause(AWAY_MS);
  await cluster.mongo.start();
  await expectAllInvariants(cluster);
  expect(cluster.sandbox.copies().length).toBe(20);
  const attempts = (await cluster.ledger.rows()).flatMap((row) => row.attempts);
  expect(attempts.map(({ outcome, mayHaveArrived }) => [outcome, mayHaveArrived])).toEqual(
    Array(20).fill(["delivered", false]),
  );
});
