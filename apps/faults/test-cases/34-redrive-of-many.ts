import { expect, test, vi } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

const MANY = 5_000;
const CALLERS = 50;

// More than a minute on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

test("34: a redrive of many refused events sends each once more, and leaves the delivered ones alone", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-34");
  await cluster.orders.sendAll(purchases(cluster, shop, 50));
  await cluster.ledger.atRest(20_000);
  await cluster.sandbox.fault({ kind: "counted_none", datasetId: shop.datasetId, times: "always" });
  await cluster.orders.sendBatches(purchases(cluster, shop, MANY, 1_000));
  await cluster.ledger.atRest(60_000);
  await cluster.sandbox.heal();
  const rows = await cluster.ledger.rows();
  const answers = new Map<string, number>();
  const queue = rows.values();
  const retryAll = async () => {
    for (const { _id, status } of queue) {
      const answer = await cluster.orders.call("POST", `/v1/whatsapp/conversions/${_id}/retry`, {}, 60_000);
      const key = `${status} ${answer.status < 300 ? "taken" : "refused"}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, retryAll));
  expect(Object.fromEntries(answers)).toEqual({ "delivered refused": 50, "rejected taken": MANY });
  await expectAllInvariants(cluster, 90_000);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: MANY + 50 });
  expect(cluster.sandbox.copies().length).toBe(MANY + 50);
});
