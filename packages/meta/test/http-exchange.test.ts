import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { buildConnector, Pool } from "undici";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HttpExchange } from "../src/http-exchange.ts";
import { RequestSlots } from "../src/request-slots.ts";
import { httpAnswer, RawServer, RECEIVED_ONE } from "./raw-server.ts";

const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

/** A real server behind a real pool, whose connections stand only when the test says so. */
async function slowToConnect() {
  const server = await RawServer.start((socket) => socket.write(httpAnswer(200, RECEIVED_ONE)));
  toStop.push(() => server.stop());
  const connectNow = buildConnector({});
  const pending: (() => void)[] = [];
  const pool = new Pool(server.url, {
    connections: 1,
    connect: (options, callback) => pending.push(() => connectNow(options, callback)),
  });
  toStop.push(() => pool.destroy());
  const slots = new RequestSlots(1);
  const post = (startWithinMs: number) =>
    new HttpExchange(
      pool,
      slots,
      { method: "POST", path: "/", body: JSON.stringify({ startWithinMs }) },
      { startWithinMs, timeoutMs: 5_000 },
    );
  return { server, pending, post };
}

describe("a request given up while its connection was being made", () => {
  test("is never written, even when the connection comes to stand, and the next one is", async () => {
    const { server, pending, post } = await slowToConnect();
    expect(await post(50).result).toEqual({ kind: "not_sent", cause: "connect_timeout" });

    const next = post(4_000);
    const connectUntilAnswered = setInterval(() => pending.shift()?.(), 5);
    try {
      expect(await next.result).toMatchObject({ kind: "answered", httpStatus: 200 });
    } finally {
      clearInterval(connectUntilAnswered);
    }
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([{ startWithinMs: 4_000 }]);
  });

  test("keeps its slot until the connection is settled, so that others do not pile up behind it unseen", async () => {
    const { server, pending, post } = await slowToConnect();
    const first = post(50);
    const second = post(50);
    expect((await first.result).kind).toBe("not_sent");
    expect(await second.result).toEqual({ kind: "not_sent", cause: "no_free_connection" });
    expect(pending).toHaveLength(1);
    pending.shift()?.();
    await vi.waitFor(() => expect(server.connections).toBe(1));
    await vi.waitFor(() => expect(server.sockets.size).toBe(0));
    expect(server.requests).toEqual([]);
  });
});

/** Answers from a thread of its own, and raises a flag when the answer is written: it goes on while we stand still. */
const ANSWERS_MEANWHILE = `
  const { parentPort, workerData } = require("node:worker_threads");
  const written = new Int32Array(workerData.written);
  const server = require("node:net").createServer((socket) => {
    socket.once("data", () => {
      socket.write(workerData.answer, () => {
        Atomics.store(written, 0, 1);
        Atomics.notify(written, 0);
      });
    });
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

test("an answer that came while this process stood still is heard, though its time is up by then", async () => {
  const written = new Int32Array(new SharedArrayBuffer(4));
  const answer = httpAnswer(200, RECEIVED_ONE);
  const elsewhere = new Worker(ANSWERS_MEANWHILE, { eval: true, workerData: { written: written.buffer, answer } });
  toStop.push(async () => void (await elsewhere.terminate()));
  const [port] = await once(elsewhere, "message");
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  toStop.push(() => pool.destroy());
  const timeoutMs = 200;
  const request = { method: "POST", path: "/", body: "{}" } as const;
  const exchange = new HttpExchange(pool, new RequestSlots(1), request, { startWithinMs: timeoutMs, timeoutMs });
  const began = new Promise<void>((resolve) => {
    const begin = exchange.onRequestStart.bind(exchange);
    exchange.onRequestStart = (controller) => {
      begin(controller);
      // The bytes leave once undici has its say; then nothing of ours runs until the answer is there and it is too late.
      setImmediate(resolve);
    };
  });
  await began;
  const standsStillUntil = performance.now() + timeoutMs;
  Atomics.wait(written, 0, 0);
  while (performance.now() < standsStillUntil);
  expect(await exchange.result).toMatchObject({ kind: "answered", httpStatus: 200 });
});
