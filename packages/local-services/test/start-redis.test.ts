import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../src/free-port.ts";
import { startRedis } from "../src/start-redis.ts";
import { portAnswers } from "./fixtures/port-answers.ts";

function client(url: string): Redis {
  const redis = new Redis(url);
  onTestFinished(() => redis.disconnect());
  return redis;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "local-services-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a Redis of one's own evicts nothing, appends every write, and is gone with its folder after stop", async () => {
  const server = await startRedis({ own: true });
  onTestFinished(() => server.stop());
  const redis = client(server.url);
  expect(await redis.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
  expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
  expect(await redis.config("GET", "appendfsync")).toEqual(["appendfsync", "everysec"]);
  redis.disconnect();

  await server.stop();
  await server.stop();
  expect(await portAnswers(Number(new URL(server.url).port))).toBe(false);
  await expect(readdir(server.dataDir ?? "")).rejects.toThrow("ENOENT");
});

test("what was written survives SIGKILL and a restart on the same port and folder", async () => {
  const options = { own: true, port: await freePort(), dataDir: await temporaryFolder() };
  const first = await startRedis(options);
  onTestFinished(() => first.stop());
  const writer = client(first.url);
  await writer.set("kept", "yes");
  writer.disconnect();
  await first.kill();
  expect(await portAnswers(options.port)).toBe(false);

  const second = await startRedis(options);
  onTestFinished(() => second.stop());
  expect(second.url).toBe(first.url);
  expect(second.dataDir).toBe(first.dataDir);
  expect(await client(second.url).get("kept")).toBe("yes");
});

test("extra arguments override ours, and a frozen server can be stopped", async () => {
  const server = await startRedis({ own: true, extraArgs: ["--maxmemory", "5mb", "--appendfsync", "always"] });
  onTestFinished(() => server.stop());
  const redis = client(server.url);
  expect(await redis.config("GET", "maxmemory")).toEqual(["maxmemory", "5242880"]);
  expect(await redis.config("GET", "appendfsync")).toEqual(["appendfsync", "always"]);
  redis.disconnect();
  process.kill(server.pid ?? 0, "SIGSTOP");
  await server.stop();
  expect(await portAnswers(Number(new URL(server.url).port))).toBe(false);
});

test("a fixed port that is taken is an error that shows Redis's own words", async () => {
  const server = await startRedis({ own: true });
  onTestFinished(() => server.stop());
  const port = Number(new URL(server.url).port);
  await expect(startRedis({ own: true, port })).rejects.toThrow(/already in use/i);
});
