import { connect } from "node:net";
import { expect, test } from "vitest";
import { callJson } from "../src/http-json.ts";
import { openShop, purchase } from "../src/shop.ts";
import { vitalsOf } from "../src/vitals.ts";
import { startCluster } from "../src/with-cluster.ts";

test("31: huge, deep, poisoned, broken and dripping bodies get a 4xx, in bounded memory", async () => {
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-31");
  const url = `${cluster.apiUrl}/v1/whatsapp/conversions`;
  const token = cluster.secrets.adminApiKey;
  const before = vitalsOf(cluster.api).rssBytes;
  const order = JSON.stringify(purchase(cluster, shop, "order-1"));
  const bodies: Record<string, Buffer> = {
    "400,000 deep": Buffer.from("[".repeat(400_000) + "]".repeat(400_000)),
    "50 KiB deep": Buffer.from("[".repeat(25_000) + "]".repeat(25_000)),
    __proto__: Buffer.from(`{"__proto__":{"value":1},${order.slice(1)}`),
    constructor: Buffer.from(`{"constructor":{"prototype":{}},${order.slice(1)}`),
    "invalid UTF-8": Buffer.concat([Buffer.from('{"eventName":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')]),
    "not JSON": Buffer.from("{"),
  };
  for (const [name, body] of Object.entries(bodies)) {
    const { status } = await callJson({ method: "POST", url, token, body }).catch(() => ({ status: 413 }));
    expect(status, name).toBeGreaterThanOrEqual(400);
    expect(status, name).toBeLessThan(500);
  }
  const huge = await callJson({ method: "POST", url, token, body: Buffer.alloc(50 * 1024 * 1024, "a") }).catch(() => ({
    status: 413,
  }));
  expect(huge.status).toBe(413);

  const dripping = connect(Number(new URL(cluster.apiUrl).port), "127.0.0.1");
  dripping.on("error", () => {});
  let answer = "";
  dripping.on("data", (chunk) => {
    answer += chunk;
  });
  dripping.write(
    `POST /v1/whatsapp/conversions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`,
  );
  const drip = setInterval(() => dripping.write(" "), 500);
  await expect.poll(() => dripping.closed, { timeout: 60_000, interval: 200 }).toBe(true);
  clearInterval(drip);
  expect(answer === "" || /^HTTP\/1\.1 4/.test(answer)).toBe(true);
  expect(vitalsOf(cluster.api).rssBytes - before).toBeLessThan(150 * 1024 * 1024);
  expect((await cluster.ledger.rows()).length).toBe(0);
});
