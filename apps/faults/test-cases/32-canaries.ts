import { expect, test } from "vitest";
import { leaksIn } from "../src/check-leaks.ts";
import { canaries } from "../src/secrets.ts";
import { openShop, purchase, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("32: no canary shows in Redis, logs, the ledger or answers: through success, 4xx, 5xx and a crash", async () => {
  const cluster = await startCluster({ workers: 0, workerEnv: { LOG_LEVEL: "trace" }, apiEnv: { LOG_LEVEL: "trace" } });
  const answers: unknown[] = [];
  const { secrets } = cluster;
  for (const kind of ["none", "error_500", "error_envelope", "html_502"]) {
    const shop = await openShop(cluster, `shop-32-${kind.replaceAll("_", "-")}`);
    if (kind !== "none") await cluster.sandbox.fault({ kind, datasetId: shop.datasetId, code: 100, times: 2 });
    await cluster.orders.sendAll(purchases(cluster, shop, 5));
    answers.push((await cluster.orders.send(purchase(cluster, shop, "bad", { value: -1 }))).body);
    answers.push(
      (await cluster.orders.send(purchase(cluster, shop, "worse", { email: `${secrets.email} x`, [secrets.phone]: 1 })))
        .body,
    );
    answers.push((await cluster.orders.call("GET", `/v1/accounts/${shop.id}`)).body);
  }
  const doomed = await cluster.startWorker({ FAULT_POINT: "after_send:2" });
  await doomed.ended();
  await cluster.startWorker();
  await expectAllInvariants(cluster);
  for (const { id } of cluster.orders.acknowledged.values()) answers.push(await cluster.orders.story(id));
  expect(leaksIn({ where: "answers", text: JSON.stringify(answers) }, canaries(secrets))).toEqual([]);
});
