import { Agent } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { callJson } from "../src/http-json.ts";
import { openShop, purchase } from "../src/shop.ts";
import { startCluster } from "../src/with-cluster.ts";

const REPEATS = 10_000;

// Ten thousand connections at once take a while to be opened and answered.
vi.setConfig({ testTimeout: 180_000 });

test("40: 10,000 posts of one event at the same moment make one row and one delivery; another payload is a conflict", async () => {
  const cluster = await startCluster();
  const shop = await openShop(cluster, "shop-40");
  const agent = new Agent({ keepAlive: true, maxSockets: REPEATS });
  onTestFinished(() => agent.destroy());
  const post = (body: object) =>
    callJson({
      method: "POST",
      url: `${cluster.apiUrl}/v1/whatsapp/conversions`,
      token: cluster.secrets.adminApiKey,
      body,
      timeoutMs: 60_000,
      agent,
    });
  const order = purchase(cluster, shop, "order-1");
  const answers = await Promise.all(Array.from({ length: REPEATS }, () => post(order)));

  const counts = new Map<string, number>();
  for (const { status, body } of answers) {
    const kind = `${status} ${body.duplicate}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({ "202 false": 1, "200 true": REPEATS - 1 });
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  await cluster.ledger.atRest(30_000);
  expect(await cluster.ledger.byStatus()).toEqual({ delivered: 1 });
  expect(cluster.sandbox.copies().length).toBe(1);

  const other = await post({ ...order, value: 99 });
  expect([other.status, other.body.code]).toEqual([409, "event_id_conflict"]);
  expect(cluster.sandbox.copies().length).toBe(1);
});
