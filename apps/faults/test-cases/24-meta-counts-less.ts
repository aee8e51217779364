import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("24: a 200 that counted none, or fewer than were sent, is never an event delivered", async () => {
  const cluster = await startCluster({ workers: 0 });
  const none = await openShop(cluster, "shop-24-none");
  const fewer = await openShop(cluster, "shop-24-fewer");
  await cluster.sandbox.fault({ kind: "counted_none", datasetId: none.datasetId, times: "always" });
  await cluster.sandbox.fault({ kind: "counted_fewer", datasetId: fewer.datasetId, times: "always" });
  await cluster.orders.sendAll([...purchases(cluster, none, 5), ...purchases(cluster, fewer, 5)]);
  await cluster.startWorker();
  await expectAllInvariants(cluster);
  const rows = await cluster.ledger.rows();
  const endings = (accountId: string) => [
    ...new Set(rows.filter((row) => row.accountId === accountId).map(({ status, reason }) => `${status}/${reason}`)),
  ];
  expect(endings(none.id)).toEqual(["rejected/meta_counted_none"]);
  // A request of one event that counted none is the first ending; every other is the second.
  expect(endings(fewer.id)).toContain("outcome_unknown/meta_partial_count");
  expect(endings(fewer.id)).not.toContain("delivered/null");
});
