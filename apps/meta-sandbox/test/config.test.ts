import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSandboxConfig } from "../src/config.ts";
import { startMistake } from "../src/start-mistake.ts";

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

test.each([
  ["SANDBOX_HOST", "two words", "must be an IP address or a host name, such as 127.0.0.1."],
  ["SANDBOX_PORT", "70000", "must be a whole number from 0 to 65535."],
  ["SANDBOX_LATENCY_MS", "600001", "must be a whole number from 0 to 600000."],
])("%s says of %s what it takes instead", (name, text, mistake) => {
  expect(() => readSandboxConfig({ [name]: text })).toThrow(`${name} ${mistake}`);
});

test.each([
  ["EADDRINUSE", "SANDBOX_PORT: port 3002 is taken"],
  ["EACCES", "SANDBOX_PORT: the system does not let this user"],
  ["EADDRNOTAVAIL", "SANDBOX_HOST: this machine has no such address"],
  ["ENOTFOUND", "SANDBOX_HOST: this machine has no such address"],
  ["EINVAL", "SANDBOX_HOST: this machine has no such address"],
  ["EISDIR", "SANDBOX_LOG_FILE: the file cannot be opened (EISDIR)"],
])("a start that the system refuses with %s names the variable", (code, mistake) => {
  const during = code === "EISDIR" ? "opening" : "listening";
  expect(startMistake(Object.assign(new Error("x"), { code }), during, { port: 3002 })).toContain(mistake);
});

test("a start that fails for another reason is no mistake of the variables", () => {
  expect(startMistake(new TypeError("x"), "opening", { port: 3002 })).toBeNull();
  expect(startMistake(Object.assign(new Error("x"), { code: "EPIPE" }), "listening", { port: 3002 })).toBeNull();
});

test("every variable may come from a file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "meta-sandbox-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "token");
  await writeFile(file, "a-token-from-a-file\n");
  expect(readSandboxConfig({ SANDBOX_ADMIN_TOKEN_FILE: file })).toMatchObject({
    adminToken: "a-token-from-a-file",
    adminTokenIsNew: false,
  });
  expect(() => readSandboxConfig({ SANDBOX_ADMIN_TOKEN_FILE: `${file}.missing` })).toThrow("cannot be read");
  await writeFile(file, "4002\n");
  expect(readSandboxConfig({ SANDBOX_PORT_FILE: file })).toMatchObject({ port: 4002 });
});
