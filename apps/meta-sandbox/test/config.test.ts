import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSandboxConfig } from "../src/config.ts";

test("everything has a default but the admin token, which is made up", () => {
  const config = readSandboxConfig({});
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 3002,
    adminTokenIsNew: true,
    logFile: ".data/sandbox/received.jsonl",
    latencyMs: 0,
    strictSeeding: true,
    appSecret: null,
  });
  expect(config.adminToken).not.toBe(readSandboxConfig({}).adminToken);
});

test("in production the admin token must be given", () => {
  expect(() => readSandboxConfig({ NODE_ENV: "production" })).toThrow("SANDBOX_ADMIN_TOKEN is required");
});

test("every mistake is told at once, without its value", () => {
  const read = () =>
    readSandboxConfig({ SANDBOX_PORT: "http", SANDBOX_ADMIN_TOKEN: "short", SANDBOX_STRICT_SEEDING: "y" });
  expect(read).toThrow(/SANDBOX_PORT .*\n.*SANDBOX_ADMIN_TOKEN .*\n.*SANDBOX_STRICT_SEEDING /);
  expect(read).not.toThrow(/short/);
});

test("a secret may come from a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meta-sandbox-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "token");
  await writeFile(file, "a-token-from-a-file\n");
  expect(readSandboxConfig({ SANDBOX_ADMIN_TOKEN_FILE: file })).toMatchObject({
    adminToken: "a-token-from-a-file",
    adminTokenIsNew: false,
  });
  expect(() => readSandboxConfig({ SANDBOX_ADMIN_TOKEN_FILE: `${file}.missing` })).toThrow("cannot be read");
});
