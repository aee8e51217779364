import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claimFolder } from "../src/claim-folder.ts";
import { aFolder } from "./a-folder.ts";

test("a folder is claimed by one living process at a time", () => {
  const folder = aFolder();
  const release = claimFolder(folder);
  expect(() => claimFolder(folder)).toThrow(`in use by process ${process.pid}`);
  release();
  claimFolder(folder)();
});

test("the claim of a process that is gone does not count", () => {
  const folder = aFolder();
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(join(folder, "stack.pid"), String(pid));
  claimFolder(folder)();
});
