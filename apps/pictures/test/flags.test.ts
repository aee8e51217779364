import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readFlags, USAGE } from "../src/config.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("--help tells how it goes, and that is no failure", () => {
  expect(run("--stay", "--help")).toEqual({ status: 0, stdout: USAGE, stderr: "" });
  for (const line of USAGE.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("a name that is none is told how it goes, with exit code 2", () => {
  expect(run("throtled")).toEqual({ status: 2, stdout: "", stderr: `There is no scene throtled.\n\n${USAGE}` });
});

test.each([[["--stay"]], [["--stay", "pages"]], [["--stay", "throttled", "dead-token"]]])("%j is no scene", (args) => {
  expect(readFlags(args)).toEqual({ mistake: "pnpm scene takes the name of one scene." });
});

test("names are read", () => {
  expect(readFlags([])).toMatchObject({ names: expect.arrayContaining(["pages", "throttled"]), stays: false });
  expect(readFlags(["--stay", "--", "throttled"])).toEqual({ names: ["throttled"], stays: true });
});
