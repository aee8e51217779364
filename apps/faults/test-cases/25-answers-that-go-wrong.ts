import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

const UNCLEAR = ["slow_drip", "html_502", "truncated_json", "empty_body", "drop_before_answer"];

test("25: answers that drip, stop, break off or point elsewhere: within the deadline, of the right class, no token elsewhere", async () => {
  const elsewhere: string[] = [];
  const thief = createServer((request, response) => {
    elsewhere.push(request.url ?? "");
    response.end("{}");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void thief.close());
  const cluster = await startCluster({ workers: 0, workerVia: ["meta"] });
  const address = thief.address() as { port: number };
  for (const kind of [...UNCLEAR, "redirect"]) {
    const shop = await openShop(cluster, `shop-25-${kind.replaceAll("_", "-")}`);
    await cluster.sandbox.fault({
      kind,
      datasetId: shop.datasetId,
      delayMs: kind === "slow_drip" ? 300 : 0,
      location: `http://127.0.0.1:${address.port}/`,
    });
    await cluster.orders.sendAll(purchases(cluster, shop, 1));
  }
  await cluster.startWorker();
  await expectAllInvariants(cluster);
  const half = await openShop(cluster, "shop-25-half-close");
  await cluster.proxy("worker", "meta").suffer({ kind: "cut", direction: "downstream", afterBytes: 30 });
  await cluster.orders.sendAll(purchases(cluster, half, 1));
  await expect
    .poll(async () => (await cluster.ledger.rows({ accountId: half.id }))[0]?.attempts.length, { timeout: 10_000 })
    .toBeGreaterThan(0);
  await cluster.proxy("worker", "meta").suffer({ kind: "clear" });
  await expectAllInvariants(cluster);

  expect(elsewhere).toEqual([]);
  for (const row of await cluster.ledger.rows()) {
    const [first] = row.attempts;
    expect(first?.durationMs, row.accountId).toBeLessThan(3_000);
    if (!row.accountId.endsWith("redirect")) expect(first?.mayHaveArrived, row.accountId).toBe(true);
  }
});
