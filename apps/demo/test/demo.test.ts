import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, inject, onTestFinished, test } from "vitest";
import { readFlags } from "../src/config.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

async function runDemo(...flags: readonly string[]) {
  const dataDir = mkdtempSync(join(tmpdir(), "demo-test-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { ...process.env, DATA_DIR: dataDir, REDIS_URL: inject("redisUrl"), MONGODB_URI: inject("mongoUri") };
  const demo = spawn(process.execPath, [MAIN, ...flags], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(demo, "exit");
  const [out, told] = await Promise.all([text(demo.stdout), text(demo.stderr)]);
  const [code] = await ended;
  return { code, out, told, left: readdirSync(dataDir) };
}

test("the demo ends as foretold, on servers somebody else runs, and leaves nothing behind", async () => {
  const { code, out, told, left } = await runDemo("--json");
  const figures = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
  expect(figures.mismatches, told).toBe(0);
  expect(code).toBe(0);
  expect(figures.meta).toEqual({ received: figures.byStatus.delivered, duplicates: 0 });
  expect(left).toEqual([]);
}, 240_000);

test("a planted fault is noticed, and the event is named", async () => {
  const { code, out, told } = await runDemo("--json", "--plant", "duplicate-delivery");
  const figures = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
  expect(code).toBe(1);
  expect(figures.mismatches).toBe(1);
  expect(figures.meta.duplicates).toBe(1);
  expect(told).toMatch(/ of demo-\w+: foretold at Meta once, got 2 times/);
}, 240_000);

test("a flag nobody knows is told how it goes, with exit code 2", async () => {
  const { code, told } = await runDemo("--jsno");
  expect(code).toBe(2);
  expect(told).toMatch(/^Unknown option '--jsno'\.\n/);
  expect(told).toContain("pnpm demo [--json] [--keep]");
});

test.each(["--help", "-h"])("%s tells how it goes, and that is no failure", async (flag) => {
  const { code, out, told } = await runDemo(flag);
  expect([code, told]).toEqual([0, ""]);
  expect(out).toContain("pnpm demo [--json] [--keep]");
});

test("flags are read", () => {
  expect(readFlags([])).toEqual({ json: false, keep: false, plant: false });
  expect(readFlags(["--json", "--keep", "--plant", "duplicate-delivery"])).toEqual({
    json: true,
    keep: true,
    plant: true,
  });
  expect(readFlags(["--plant", "something-else"])).toHaveProperty("mistake");
  expect(readFlags(["--plant"])).toHaveProperty("mistake");
  expect(readFlags(["positional"])).toEqual({ mistake: expect.stringContaining("positional") });
});
