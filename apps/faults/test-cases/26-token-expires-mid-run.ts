import { expect, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

test("26: a token expires mid-run and is replaced: paused once, no attempts spent, everything drains", async () => {
  const cluster = await startCluster({ sandboxEnv: { SANDBOX_STRICT_SEEDING: "true" } });
  const shop = await openShop(cluster, "shop-26");
  const [before, after] = [purchases(cluster, shop, 100), purchases(cluster, shop, 200, 1_000)];
  // Only known clicks are taken: the relay proves a new token with a click nobody made, and that must be refused.
  const ctwaClids = [...before, ...after].map((one) => one["ctwaClid"]);
  await cluster.sandbox.admin("POST", `/wabas/${shop.wabaId}/clicks`, { ctwaClids });
  await cluster.orders.sendAll(before);
  await cluster.ledger.atRest(20_000);
  const token = `${shop.token}v2`;
  await cluster.sandbox.admin("PATCH", `/wabas/${shop.wabaId}`, { token });
  await cluster.orders.sendAll(after);
  await expect.poll(() => cluster.ledger.byStatus(), { timeout: 15_000 }).toEqual({ delivered: 100, held: 200 });
  const alerts = (cluster.workers[0]?.log() ?? "").split("\n").filter((line) => line.includes('"alert.opened"'));
  expect(alerts.map((line) => JSON.parse(line).kind)).toEqual(["account_paused"]);
  expect(
    (await cluster.ledger.rows({ status: "held" })).flatMap(({ attempts }) => attempts).some(({ spent }) => spent),
  ).toBe(false);

  await cluster.orders.call("PATCH", `/v1/accounts/${shop.id}`, { accessToken: token });
  await expect.poll(() => cluster.ledger.byStatus(), { timeout: 20_000 }).toEqual({ delivered: 300 });
  await expectAllInvariants(cluster);
});
