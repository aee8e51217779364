import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("1: a worker killed after Meta's 200 and before the record leaves at most one extra copy, marked", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-1");
  const doomed = await cluster.startWorker({ FAULT_POINT: "after_send" });
  await cluster.orders.sendAll(purchases(cluster, shop, 20));
  expect(await doomed.ended()).toBe("SIGKILL");
  await cluster.startWorker();
  await expectAllInvariants(cluster);

  const rows = await cluster.ledger.rows();
  expect(rows.map(({ status }) => status)).toEqual(Array(20).fill("delivered"));
  const marked = rows.filter(({ attempts }) => attempts.some(({ mayHaveArrived }) => mayHaveArrived));
  expect(marked.length).toBeGreaterThan(0);
  expect(cluster.sandbox.copies().length).toBe(20 + marked.length);
});
