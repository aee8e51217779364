import { expect, test } from "vitest";
import { openShop } from "../src/shop.ts";
import { startCluster } from "../src/with-cluster.ts";

test("20: while a unique index is missing the API is not ready", async () => {
  const cluster = await startCluster({ workers: 0 });
  await openShop(cluster, "shop-20");
  const accounts = cluster.ledger.connection.collections.accounts.collection;
  await cluster.api.kill();
  await accounts.dropIndex("one_account_per_waba");
  // Two accounts of one WABA: the index cannot be made again.
  const { _id, ...account } = (await accounts.findOne({})) ?? {};
  await accounts.insertOne({ ...account, _id: "twin" as never });
  await cluster.api.start();
  const ready = async () => {
    const answer = await fetch(`${cluster.apiUrl}/health/ready`);
    return [answer.status, ((await answer.json()) as { database: string }).database];
  };
  await expect.poll(ready, { timeout: 10_000 }).toEqual([503, "indexes_missing"]);
});
