import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";

import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { portAnswers } from "./fixtures/port-answers.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/start-both-and-wait.ts", import.meta.url));

interface Started {
  readonly redisPort: number;
  readonly mongoPort: number;
  readonly pids: readonly number[];
  readonly folders: readonly string[];
}

async function startScript(): Promise<{ child: ChildProcess; started: Started; nextLine(): Promise<string> }> {
  // A process group of its own, as a terminal gives each command.
  const child = spawn(process.execPath, [SCRIPT], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  return { child, started: JSON.parse(await nextLine()), nextLine };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function processGroup(pid: number): number {
  return Number(execFileSync("ps", ["-o", "pgid=", "-p", String(pid)], { encoding: "utf8" }));
}

async function expectNothingLeft({ redisPort, mongoPort, pids, folders }: Started): Promise<void> {
  await expect.poll(() => portAnswers(redisPort), { timeout: 8_000 }).toBe(false);
  await expect.poll(() => portAnswers(mongoPort), { timeout: 8_000 }).toBe(false);
  await expect.poll(() => pids.filter(isAlive), { timeout: 8_000 }).toEqual([]);
  await expect.poll(() => folders.filter((folder) => existsSync(folder)), { timeout: 8_000 }).toEqual([]);
}

test("when the process that started them is killed, both servers end and their folders go", async () => {
  const { child, started } = await startScript();
  expect(await portAnswers(started.redisPort)).toBe(true);
  child.kill("SIGKILL");
  await expectNothingLeft(started);
}, 20_000);

test("a frozen server does not outlive a killed parent either", async () => {
  const { child, started } = await startScript();
  for (const pid of started.pids) process.kill(pid, "SIGSTOP");
  child.kill("SIGKILL");
  await expectNothingLeft(started);
}, 20_000);

test("Ctrl-C reaches our processes while both servers still answer, and nothing is left afterwards", async () => {
  const { child, started, nextLine } = await startScript();
  // A terminal sends Ctrl-C to the whole group of the command, so servers of that group might win the race.
  for (const pid of started.pids) expect(processGroup(pid)).not.toBe(child.pid);
  const ended = once(child, "exit");
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(JSON.parse(await nextLine())).toEqual({ answers: [true, true] });
  await ended;
  await expectNothingLeft(started);
}, 20_000);
