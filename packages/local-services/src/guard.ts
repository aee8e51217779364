/**
 * Runs one server for a parent process and outlives neither of them: when the parent lets go of our standard input, by
 * plan or because it was killed, the server ends. The parent starts us in a session of our own, so that Ctrl-C in a
 * terminal reaches the parent's processes first, while Redis and MongoDB still answer.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import type { GuardedCommand, GuardReport } from "./guarded-process.ts";

const LAST_CHARACTERS = 2_000;

const command: GuardedCommand = JSON.parse(process.argv[2] ?? "{}");
const log = openSync(command.logFile, "w");
const server = spawn(command.program, command.args, {
  cwd: command.workDir,
  ...(command.env === undefined ? {} : { env: command.env }),
  stdio: ["ignore", log, log],
});
closeSync(log);

function report(line: GuardReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

let ending = false;
function endServer(): void {
  if (ending) return;
  ending = true;
  server.kill("SIGTERM");
  // A frozen server would hear SIGTERM only when somebody thaws it.
  server.kill("SIGCONT");
  setTimeout(() => server.kill("SIGKILL"), command.graceMs).unref();
}

function readLastLines(): string {
  try {
    return readFileSync(command.logFile, "utf8").slice(-LAST_CHARACTERS).trim();
  } catch {
    return ""; // somebody removed the data folder, and the log with it
  }
}

function reportEnd(how: string): void {
  const lastLines = readLastLines();
  rmSync(command.runDir, { recursive: true, force: true, maxRetries: 3 });
  report({ ended: how, lastLines });
  // Whoever still holds our standard input must not keep us.
  process.stdin.destroy();
}

// The parent may be gone when we report.
process.stdout.on("error", () => {});
process.stdin.on("error", endServer);
process.stdin.on("close", endServer);
process.stdin.resume();
process.on("SIGTERM", endServer);
process.on("SIGINT", endServer);
process.on("SIGHUP", endServer);

server.on("spawn", () => report({ pid: server.pid ?? 0 }));
server.on("error", (error) => {
  if (server.pid === undefined) reportEnd(error.message);
});
server.on("exit", (code, signal) => reportEnd(signal ?? `exit code ${code}`));
