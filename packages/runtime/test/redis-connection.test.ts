import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { closeRedis, connectRedisConsumer, connectRedisProducer, createLogger } from "../src/index.ts";

const lines: string[] = [];
const log = createLogger({
  name: "test",
  level: "info",
  destination: { write: (line: string) => void lines.push(line) },
});

async function listen(answer: (socket: Socket) => void, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { server, port: (server.address() as { port: number }).port };
}

async function closedPort(): Promise<number> {
  const { server, port } = await listen(() => {});
  await new Promise((resolve) => server.close(resolve));
  return port;
}

afterEach(() => {
  lines.length = 0;
});

describe("a Redis connection", () => {
  test("of a producer fails fast when Redis is away, and logs one line for many failures, without the password", async () => {
    const redis = connectRedisProducer(`redis://relay:pass-word@127.0.0.1:${await closedPort()}`, log);
    const failures = vi.fn();
    redis.on("error", failures);
    await expect(redis.get("key")).rejects.toThrow();
    await vi.waitFor(() => expect(failures.mock.calls.length).toBeGreaterThan(2));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ connection: "producer", msg: "Redis connection failed" });
    expect(lines.join("")).not.toContain("pass-word");
    await closeRedis(redis);
    expect(redis.status).toBe("end");
  });

  test("of a consumer keeps its commands waiting, and lets itself be closed all the same", async () => {
    const redis = connectRedisConsumer(`redis://127.0.0.1:${await closedPort()}`, log);
    const failures = vi.fn();
    const settled = vi.fn();
    redis.on("error", failures);
    redis.get("key").then(settled, settled);
    await vi.waitFor(() => expect(failures.mock.calls.length).toBeGreaterThan(2));
    expect(settled).not.toHaveBeenCalled();
    await closeRedis(redis);
    await vi.waitFor(() => expect(settled).toHaveBeenCalled());
  });

  test("is closed at once when the server accepts and never answers", async () => {
    const sockets: Socket[] = [];
    const { server, port } = await listen((socket) => sockets.push(socket));
    const redis = connectRedisConsumer(`redis://127.0.0.1:${port}`, log);
    const answer = redis.get("key").catch(() => "rejected");
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    await closeRedis(redis);
    expect(await answer).toBe("rejected");
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test("speaks TLS to a rediss address", async () => {
    const firstBytes = vi.fn();
    const { server, port } = await listen((socket) => {
      socket.on("error", () => {});
      socket.once("data", (bytes) => {
        firstBytes(bytes[0]);
        socket.destroy();
      });
    });
    const redis = connectRedisProducer(`rediss://127.0.0.1:${port}`, log);
    // 22 opens a TLS handshake.
    await vi.waitFor(() => expect(firstBytes).toHaveBeenCalledWith(22));
    await closeRedis(redis);
    server.close();
  });
});
