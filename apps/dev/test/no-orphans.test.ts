import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** `dev` with servers and a folder of its own, once it has shown its panel. */
async function startDev(): Promise<{ dev: ChildProcess; dataDir: string; panel: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), "dev-test-"));
  const { REDIS_URL: _redis, MONGODB_URI: _mongo, META_GRAPH_URL: _graph, ...rest } = process.env;
  const env = { ...rest, DATA_DIR: dataDir, API_PORT: "0", DASHBOARD_PORT: "0", SANDBOX_PORT: "0", NO_COLOR: "1" };
  const dev = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(async () => {
    dev.kill("SIGKILL");
    await expect.poll(() => processesOf(dataDir), { timeout: 20_000 }).toEqual([]);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: dev.stdout })) {
    lines.push(line);
    if (line.includes("Ctrl-C ends everything")) break;
  }
  return { dev, dataDir, panel: lines.join("\n") };
}

/** Processes that know of this folder, by command line (guards, databases) or environment (apps). */
function processesOf(dataDir: string): string[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      // Gone meanwhile.
      return "";
    }
  };
  return readdirSync("/proc").filter(
    (pid) =>
      /^[0-9]+$/.test(pid) && [read(pid, "cmdline"), read(pid, "environ")].some((text) => text.includes(dataDir)),
  );
}

test("dev shows where everything is, and Ctrl-C ends all of it in order", async () => {
  const { dev, dataDir, panel } = await startDev();
  expect(panel).toMatch(/API +http:\/\/127\.0\.0\.1:\d+/);
  expect(panel).toMatch(/Dashboard +http:\/\/127\.0\.0\.1:\d+$/m);
  expect(panel).toMatch(/Sandbox +http:\/\/127\.0\.0\.1:\d+/);
  expect(processesOf(dataDir).length).toBeGreaterThan(8);
  const ended = once(dev, "exit");
  dev.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(processesOf(dataDir)).toEqual([]);
}, 90_000);

test("Ctrl-C pressed twice ends dev at once, and the rest soon after", async () => {
  const { dev, dataDir } = await startDev();
  const ended = once(dev, "exit");
  const stopping = once(createInterface({ input: dev.stderr ?? process.stdin }), "line");
  dev.kill("SIGINT");
  await stopping;
  dev.kill("SIGINT");
  await ended;
  await expect.poll(() => processesOf(dataDir), { timeout: 20_000 }).toEqual([]);
}, 90_000);

test("nothing outlives a dev that is killed", async () => {
  const { dev, dataDir } = await startDev();
  dev.kill("SIGKILL");
  await expect.poll(() => processesOf(dataDir), { timeout: 20_000 }).toEqual([]);
}, 90_000);

test.each(["redis", "mongo"])(
  "dev says so and ends when its own %s dies",
  async (server) => {
    const { dev, dataDir } = await startDev();
    const ended = once(dev, "exit");
    const told: string[] = [];
    createInterface({ input: dev.stderr ?? process.stdin }).on("line", (line) => told.push(line));
    process.kill(serverOf(dataDir, server), "SIGKILL");
    expect(await ended).toEqual([1, null]);
    expect(told.join("\n")).toMatch(
      server === "redis" ? /^Redis ended \(SIGKILL\)\./m : /^MongoDB ended \(SIGKILL\)\./m,
    );
    expect(processesOf(dataDir)).toEqual([]);
  },
  90_000,
);

/** The server itself, not its guard, which has the same folder on its command line but as JSON. */
function serverOf(dataDir: string, server: string): number {
  const pid = processesOf(dataDir).find((one) => {
    const line = readFileSync(`/proc/${one}/cmdline`, "utf8");
    return line.includes(join(dataDir, server)) && !line.includes('{"');
  });
  if (pid === undefined) throw new Error(`no ${server} of this dev`);
  return Number(pid);
}
