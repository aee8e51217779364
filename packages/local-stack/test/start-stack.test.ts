import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { uniquePrefix } from "@capi-relay/local-services";
import { expect, inject, onTestFinished, test } from "vitest";
import { claimFolder } from "../src/claim-folder.ts";
import { AppEnded } from "../src/start-app.ts";
import { type StackOptions, startStack } from "../src/start-stack.ts";
import { aFolder } from "./a-folder.ts";

function options(changes: Partial<StackOptions> = {}): StackOptions {
  const prefix = uniquePrefix();
  return {
    env: { ...process.env, REDIS_URL: inject("redisUrl"), MONGODB_URI: inject("mongoUri") },
    dataDir: aFolder(),
    freePorts: true,
    withoutApps: ["dashboard"],
    database: prefix,
    overrides: { QUEUE_PREFIX: prefix },
    onProgress: () => {},
    onLost: () => {},
    ...changes,
  };
}

/** Command lines of all processes that speak of this folder. */
function commandLinesWith(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .filter((line) => line.includes(folder));
}

test("a started stack serves; stopped, it leaves no process and no claim", async () => {
  const wanted = options();
  const stack = await startStack(wanted);
  onTestFinished(() => stack.stop());
  const health = await fetch(`${stack.apiUrl}/health/ready`);
  expect(await health.json()).toEqual({ status: "ok", database: "ok", queue: "ok" });
  expect(readFileSync(join(stack.logDir, "worker.log"), "utf8")).toContain("taking jobs");
  const metricsOf = async (app: "api" | "worker") => (await fetch(stack.metricsUrls[app] ?? "")).text();
  expect(await metricsOf("api")).toContain("capi_relay_http_request_duration_seconds_count{");
  expect(await metricsOf("worker")).toContain('capi_relay_ledger_events{status="queued"} 0');

  const commandLines = commandLinesWith(wanted.dataDir);
  expect(commandLines.length).toBeGreaterThan(0);
  for (const secret of Object.values(stack.secrets)) expect(commandLines.join("\n")).not.toContain(secret);

  const pids = Object.values(stack.pids);
  expect(pids).toHaveLength(3);
  await stack.stop();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(existsSync(join(wanted.dataDir, "stack.pid"))).toBe(false);
}, 60_000);

test("where a stack runs already, that is what is said, not which of its ports are taken", async () => {
  const dataDir = aFolder();
  const release = claimFolder(dataDir);
  onTestFinished(release);
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const port = String((taken.address() as AddressInfo).port);
  const wanted = options({ dataDir, freePorts: false });
  const second = startStack({ ...wanted, env: { ...wanted.env, API_PORT: port, SANDBOX_PORT: port } });
  await expect(second).rejects.toThrow(`in use by process ${process.pid}, a stack that runs already`);
});

test("a process that dies at start is one error with its own last words, and the others are ended", async () => {
  const wanted = options({ overrides: { ENCRYPTION_KEYS: "no key at all" } });
  const failure = await startStack(wanted).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AppEnded);
  expect(String(failure)).toMatch(/The (api|worker) did not start\. The last lines of .*\.log:\n {2}ENCRYPTION_KEYS: /);
  expect(commandLinesWith(wanted.dataDir)).toEqual([]);
}, 60_000);

test("a process that dies later is told", async () => {
  const lost = Promise.withResolvers<AppEnded>();
  const stack = await startStack(options({ onLost: lost.resolve }));
  onTestFinished(() => stack.stop());
  process.kill(stack.pids.worker ?? 0, "SIGKILL");
  expect((await lost.promise).message).toContain("The worker ended (SIGKILL).");
}, 60_000);

test("an address of Meta's in the environment keeps the sandbox away", async () => {
  const wanted = options();
  const stack = await startStack({ ...wanted, env: { ...wanted.env, META_GRAPH_URL: "http://127.0.0.1:9" } });
  onTestFinished(() => stack.stop());
  expect(stack.sandboxUrl).toBeNull();
  expect(Object.keys(stack.pids)).toEqual(["api", "worker"]);
}, 60_000);
