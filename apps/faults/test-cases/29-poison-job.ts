import { expect, test } from "vitest";
import { openShop, purchase, purchases } from "../src/shop.ts";
import { expectAllInvariants, pause, startCluster } from "../src/with-cluster.ts";

test("29: a job that takes its worker down, among 500 good ones, is quarantined alone; the good ones are delivered", async () => {
  const cluster = await startCluster({ workers: 0, workerVia: ["mongo"] });
  const shop = await openShop(cluster, "shop-29", { unknownOutcome: "resend" });
  const poison = (await cluster.orders.send(purchase(cluster, shop, "order-poison"))).body.id;
  await cluster.orders.sendAll(purchases(cluster, shop, 500));
  const giveUpAt = performance.now() + 100_000;
  // Long enough between a claim and the note that its request leaves: the poison works before anything has left.
  await cluster.proxy("worker", "mongo").suffer({ kind: "latency", delayMs: 150 });
  let deaths = 0;
  let deadly = "";
  let worker = await cluster.startWorker({ LEASE_SCALE: "0.075" });
  // The poison works as soon as it is claimed: whoever claims it dies.
  for (;;) {
    const { status, claim } = await cluster.ledger.row(poison);
    if (status === "failed" || status === "outcome_unknown" || status === "delivered" || performance.now() > giveUpAt)
      break;
    // A dead worker's claim stands until its lease lapses: only a new one is a new start.
    if (claim !== undefined && claim.token !== deadly && worker.running) {
      deadly = claim.token;
      await worker.kill();
      deaths += 1;
      worker = await cluster.startWorker({ LEASE_SCALE: "0.075" });
    }
    await pause(5);
  }
  await cluster.proxy("worker", "mongo").suffer({ kind: "clear" });
  const row = await cluster.ledger.row(poison);
  expect([row.status, row.reason]).toEqual(["failed", "quarantined"]);
  expect(deaths).toBeLessThanOrEqual(6);
  await expectAllInvariants(cluster);
  const good = (await cluster.ledger.rows()).filter(({ _id }) => _id !== poison);
  expect(new Set(good.map(({ status }) => status))).toEqual(new Set(["delivered"]));
});
