import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ChaosProxy } from "../src/chaos-proxy.ts";

let echo: Server;
let proxy: ChaosProxy;
const opened: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
  await once(echo, "listening");
  proxy = await ChaosProxy.open((echo.address() as { port: number }).port, () => 0.5);
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

async function dial() {
  const socket = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  opened.push(socket);
  const seen = { text: "", ended: false, error: "" };
  socket.on("data", (chunk) => {
    seen.text += chunk;
  });
  socket.on("end", () => {
    seen.ended = true;
  });
  socket.on("error", (error) => {
    seen.error = (error as NodeJS.ErrnoException).code ?? "";
  });
  await once(socket, "connect");
  return { socket, seen };
}

describe("the chaos proxy", () => {
  test("passes bytes both ways while nothing is wrong", async () => {
    const { socket, seen } = await dial();
    socket.write("hello");
    await expect.poll(() => seen.text).toBe("hello");
  });

  test("makes answers late by latency and jitter, and keeps their order", async () => {
    const { socket, seen } = await dial();
    await proxy.suffer({ kind: "latency", delayMs: 80, jitterMs: 40 });
    const startedAt = performance.now();
    for (const letter of "abcdef") socket.write(letter);
    await expect.poll(() => seen.text).toBe("abcdef");
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
  });

  test("swallows everything as a black hole, and lets new connections work afterwards", async () => {
    const { socket, seen } = await dial();
    await proxy.suffer({ kind: "black_hole" });
    socket.write("lost");
    const late = await dial();
    late.socket.write("lost too");
    await expect.poll(() => proxy.lostBytes).toBe("lost".length + "lost too".length);
    await proxy.suffer({ kind: "clear" });
    await expect.poll(() => [seen.error, late.seen.error]).toEqual(["ECONNRESET", "ECONNRESET"]);
    const fresh = await dial();
    fresh.socket.write("found");
    await expect.poll(() => fresh.seen.text).toBe("found");
    expect(seen.text + late.seen.text).not.toContain("lost");
  });

  test("resets standing connections and new ones", async () => {
    const { seen } = await dial();
    await proxy.suffer({ kind: "reset" });
    await expect.poll(() => seen.error).toBe("ECONNRESET");
    const late = await dial().catch(() => null);
    if (late !== null) await expect.poll(() => late.seen.error).toBe("ECONNRESET");
    expect(proxy.connections).toBe(0);
  });

  test("closes one side only, after its next bytes", async () => {
    const { socket, seen } = await dial();
    await proxy.suffer({ kind: "half_close" });
    socket.write("bye");
    await expect.poll(() => seen).toEqual({ text: "bye", ended: true, error: "" });
    expect(socket.writable).toBe(true);
  });

  test.each(["upstream", "downstream"] as const)("cuts after so many bytes %s", async (direction) => {
    const { socket, seen } = await dial();
    await proxy.suffer({ kind: "cut", direction, afterBytes: 4 });
    socket.write("12345678");
    await expect.poll(() => seen.error).toBe("ECONNRESET");
    expect("1234".startsWith(seen.text)).toBe(true);
  });

  test("refuses connections, and takes them again on the same port", async () => {
    await proxy.suffer({ kind: "refuse" });
    await expect(dial()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await proxy.suffer({ kind: "clear" });
    const { socket, seen } = await dial();
    socket.write("back");
    await vi.waitFor(() => expect(seen.text).toBe("back"));
  });
});
