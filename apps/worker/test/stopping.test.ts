import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { NOBODY } from "@capi-relay/domain/builders";
import { ENCRYPTION_KEYS } from "@capi-relay/storage/builders";
import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { openSweepers } from "./a-sweeper.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const TIMEOUT_MS = 2_000;

/** The worker as a process of its own. */
function startWorker(env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info", ENCRYPTION_KEYS, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
  return {
    output: () => output,
    async stop(): Promise<{ code: number | null; tookMs: number }> {
      const startedAt = performance.now();
      child.kill("SIGTERM");
      const [code] = await exited;
      return { code, tookMs: performance.now() - startedAt };
    },
  };
}

/** A Graph that takes requests and never answers. */
async function hangingGraph(): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server: Server = createServer(() => {
    requests += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

describe("a worker that is told to stop", () => {
  test("while Meta hangs ends well within its grace time; what hung is marked, and nobody else was touched", async () => {
    const world = await openSweepers();
    onTestFinished(() => world.close());
    const graph = await hangingGraph();
    const { id: accountId } = await world.account();
    const contact = { ...NOBODY, ctwaClid: "ARA-click" };
    const events = await Promise.all(Array.from({ length: 400 }, () => world.stored({ accountId, contact })));
    // In the slow lane: from the fast one, a hanging destination would send them away by itself.
    await Promise.all(events.map((event) => world.dispatcher.addJob(event, "slow")));

    const worker = startWorker({
      MONGODB_URI: world.uri,
      REDIS_URL: inject("redisUrl"),
      QUEUE_PREFIX: world.prefix,
      META_GRAPH_URL: graph.url,
      META_TIMEOUT_MS: String(TIMEOUT_MS),
    });
    await vi.waitFor(() => expect(graph.requests(), worker.output()).toBe(1), { timeout: 20_000 });
    const { code, tookMs } = await worker.stop();
    expect(code, worker.output()).toBe(0);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + 15_000);

    const found = await Promise.all(events.map(({ id }) => world.ledger.find(id)));
    const marked = found.filter((event) => event?.attempts.some(({ mayHaveArrived }) => mayHaveArrived));
    expect(graph.requests()).toBe(1);
    expect(marked).toHaveLength(100);
    for (const event of marked) expect(event).toMatchObject({ status: "retry_scheduled", reason: "no_clear_answer" });
    const untouched = found.filter((event) => event?.attempts.length === 0);
    expect(new Set(untouched.map((event) => event?.status))).toEqual(new Set(["queued"]));
    expect(untouched).toHaveLength(300);
    // Every job is somebody else's to take, none waits to be found stalled.
    const { active = 0 } = await world.queue.bullQueues.slow.getJobCounts("active");
    expect(active).toBe(0);
    for (const event of untouched)
      expect(await world.queue.placeOf({ id: event?.id ?? "", generation: 0 })).toBe("underway");
  }, 60_000);

  test("while MongoDB is still away ends well", async () => {
    const worker = startWorker({
      MONGODB_URI: "mongodb://127.0.0.1:1/away?directConnection=true",
      REDIS_URL: inject("redisUrl"),
    });
    await vi.waitFor(() => expect(worker.output()).toContain("MongoDB connection failed"), { timeout: 20_000 });
    const { code } = await worker.stop();
    expect(code, worker.output()).toBe(0);
    expect(worker.output()).not.toMatch(/"level":(50|60)|fatal/);
  }, 60_000);
});
