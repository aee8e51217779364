import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, inject, onTestFinished, test } from "vitest";
import { containerEngineAnswers } from "../src/container-engine.ts";
import { readLocalServicesConfig, startMongo, startRedis } from "../src/index.ts";

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "local-services-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Surroundings in which only this program exists. */
async function onlyProgram(name: string, script: string) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, name), script);
  await chmod(join(folder, name), 0o755);
  return { programFolders: [folder], engineAddresses: [], cacheDir: join(folder, "cache") };
}

test("given addresses pass through untouched and nothing is started", async () => {
  const url = "rediss://user:p%40ss@cache.example:6380/3";
  const uri = "mongodb+srv://user:secret@cluster.example/shop?w=majority";
  const redis = await startRedis({ given: url });
  const mongo = await startMongo({ given: uri });
  expect([redis.url, redis.origin, redis.pid]).toEqual([url, "given", undefined]);
  expect([mongo.uri, mongo.origin, mongo.pid]).toEqual([uri, "given", undefined]);
  expect(redis.describe + mongo.describe).not.toMatch(/p%40ss|secret|example/);
  await Promise.all([redis.stop(), mongo.stop()]);
});

test("the whole run shares one Redis and one MongoDB", async () => {
  const redis = new Redis(inject("redisUrl"));
  onTestFinished(() => redis.disconnect());
  expect(await redis.ping()).toBe("PONG");
  expect(inject("mongoUri")).toMatch(/^mongodb/);
});

test("without any choice one error names them all, with reasons, and says what to do", async () => {
  const surroundings = { programFolders: [], engineAddresses: ["/nowhere/docker.sock"], cacheDir: "/nowhere" };
  await expect(startRedis({ without: ["unpacked"], surroundings })).rejects.toThrow(
    [
      "No Redis can be used or started here. Tried, in this order:",
      "  1. REDIS_URL: not set",
      "  2. a container: no container engine answers",
      "  3. a program on PATH: no redis-server and no valkey-server there",
      "  4. a private copy of Debian 13's Redis: switched off by the caller",
      "Set REDIS_URL to a running server, start a container engine (Docker), or install Redis.",
    ].join("\n"),
  );
  await expect(startMongo({ own: true, without: ["embedded"], surroundings })).rejects.toThrow(
    [
      "No MongoDB can be used or started here. Tried, in this order:",
      "  1. MONGODB_URI: a server of its own was asked for",
      "  2. a container: has no process to kill or freeze",
      "  3. a program on PATH: no mongod there",
      "  4. MongoDB's embedded engine: switched off by the caller",
      "Set MONGODB_URI to a running server, start a container engine (Docker), or install MongoDB.",
    ].join("\n"),
  );
});

test("valkey-server on PATH is started with our settings, even when a Redis was given but one's own is wanted", async () => {
  const fake = `#!${process.execPath}
    console.log(process.argv.slice(2).join(" ") + " Ready to accept connections");
    setInterval(() => {}, 1_000);`;
  const surroundings = await onlyProgram("valkey-server", fake);
  const dataDir = await temporaryFolder();
  const redis = await startRedis({ given: "redis://elsewhere.example", own: true, dataDir, surroundings });
  onTestFinished(() => redis.stop());
  expect(redis.origin).toBe("binary");
  expect(redis.describe).toBe(`valkey-server on ${new URL(redis.url).host}`);
  const log = await readFile(join(dataDir, "binary", "server.log"), "utf8");
  expect(log).toContain(`--port ${new URL(redis.url).port} --dir ${redis.dataDir} --appendonly yes`);
});

test("a program that is there but fails is an error at once, with its last words", async () => {
  const surroundings = await onlyProgram("mongod", "#!/bin/sh\necho out of luck\nexit 3\n");
  await expect(startMongo({ surroundings })).rejects.toThrow(
    "mongo ended (exit code 3) at start. Its last lines:\nout of luck",
  );
});

test("an engine counts when its socket answers a ping", async () => {
  const socket = join(await temporaryFolder(), "engine.sock");
  expect(await containerEngineAnswers([socket])).toBe(false);
  const engine = createServer((request, response) => response.writeHead(request.url === "/_ping" ? 200 : 404).end());
  await new Promise<void>((listening) => engine.listen(socket, listening));
  onTestFinished(() => void engine.close());
  expect(await containerEngineAnswers(["/nowhere/docker.sock", socket])).toBe(true);
});

test("an engine named by DOCKER_HOST is the only one asked", () => {
  expect(readLocalServicesConfig({ DOCKER_HOST: "unix:///run/podman.sock" }).engineAddresses).toEqual([
    "/run/podman.sock",
  ]);
  expect(readLocalServicesConfig({ DOCKER_HOST: "tcp://10.0.0.5:2375" }).engineAddresses).toEqual([
    "tcp://10.0.0.5:2375",
  ]);
});
