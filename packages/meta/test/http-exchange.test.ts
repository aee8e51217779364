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
