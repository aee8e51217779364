import { createServer } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openShop, purchases } from "../src/shop.ts";
import { expectAllInvariants, startCluster } from "../src/with-cluster.ts";

const UNCLEAR = ["slow_drip", "html_502", "truncated_json", "empty_body", "drop_before_answer"];

test("25a: answers that drip, stop, break off or point elsewhere: within the deadline, of the right class, no token elsewhere", async () => {
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

test("25b: a Graph that takes the connection and never answers the TLS handshake was sent nothing: a plain retry", async () => {
  const sockets: Socket[] = [];
  const mute = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    mute.close();
  });
  const cluster = await startCluster({ workers: 0 });
  const shop = await openShop(cluster, "shop-25-tls");
  await cluster.orders.sendAll(purchases(cluster, shop, 3));
  const { port } = mute.address() as { port: number };
  const stalled = await cluster.startWorker({ META_GRAPH_URL: `https://127.0.0.1:${port}` });
  await expect
    .poll(async () => (await cluster.ledger.rows()).every(({ attempts }) => attempts.length > 0), { timeout: 20_000 })
    .toBe(true);
  await stalled.stop();
  await cluster.startWorker();
  await expectAllInvariants(cluster);
  const rows = await cluster.ledger.rows();
  const stalledAttempts = rows.flatMap(({ attempts }) => attempts.slice(0, -1));
  expect(new Set(stalledAttempts.map(({ reason, mayHaveArrived }) => `${reason} ${mayHaveArrived}`))).toEqual(
    new Set(["connection_failed false"]),
  );
  expect(rows.map(({ status }) => status)).toEqual(Array(3).fill("delivered"));
  expect(cluster.sandbox.copies().length).toBe(3);
});
