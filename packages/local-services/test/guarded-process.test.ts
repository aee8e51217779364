import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startGuarded } from "../src/guarded-process.ts";

test("the temporary folder goes even when somebody removed the data folder, with the log in it", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "local-services-test-"));
  let temporary = "";
  const server = await startGuarded({
    name: "fake",
    programFolders: [],
    dataDir,
    command: ({ runDir }) => {
      temporary = runDir;
      return { program: process.execPath, args: ["-e", "console.log('ready'); setInterval(() => {}, 1000)"] };
    },
    readyWhen: /ready/,
  });
  expect(existsSync(temporary)).toBe(true);
  await rm(dataDir, { recursive: true });
  await server.stop();
  expect(existsSync(temporary)).toBe(false);
});

test("a program that does not exist is an error that says so", async () => {
  const launch = { name: "fake", programFolders: [], dataDir: undefined, readyWhen: /ready/ };
  const command = () => ({ program: "/nowhere/server", args: [] });
  await expect(startGuarded({ ...launch, command })).rejects.toThrow(
    "fake ended (spawn /nowhere/server ENOENT) at start",
  );
});
