import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { pollUntil } from "./poll-until.ts";

/** What the guard is handed: a program, and the folder that goes when it ends. */
export interface GuardedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly dataDir: string;
  readonly logFile: string;
  readonly runDir: string;
}

/** What the guard says on its standard output, one JSON value a line. */
export type GuardReport = { readonly pid: number } | { readonly ended: string; readonly lastLines: string };

export interface GuardedProcess {
  readonly pid: number;
  readonly dataDir: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface GuardedLaunch {
  /** Short, for messages and folder names: "redis". */
  readonly name: string;
  /** PATH for the program, which may be a script that starts others. */
  readonly programFolders: readonly string[];
  /** Default: inside the temporary folder. */
  readonly dataDir: string | undefined;
  command(folders: { dataDir: string; runDir: string }): { program: string; args: readonly string[] };
  /**
   * What the server writes to its log once it serves. Asking the port instead would believe whoever else holds it, in
   * the moment before ours notices and ends.
   */
  readonly readyLine: RegExp;
}

const START_TIMEOUT_MS = 30_000;
const GUARD = fileURLToPath(new URL("./guard.ts", import.meta.url));

/**
 * Starts a program under a guard and waits until it serves. The program ends when `stop` is called or when this
 * process ends in any way, SIGKILL included.
 * @throws Error with the server's last lines when it ends, or is not ready within 30 s.
 */
export async function startGuarded(launch: GuardedLaunch): Promise<GuardedProcess> {
  const runDir = await mkdtemp(join(tmpdir(), `capi-relay-${launch.name}-`));
  const dataDir = launch.dataDir ?? join(runDir, "data");
  await mkdir(dataDir, { recursive: true });
  const command: GuardedCommand = {
    ...launch.command({ dataDir, runDir }),
    // Nothing of ours leaks in: an unknown locale or NODE_OPTIONS in the environment stops a server from starting.
    env: { LC_ALL: "C", TMPDIR: runDir, PATH: launch.programFolders.join(delimiter) },
    dataDir,
    logFile: join(launch.dataDir === undefined ? runDir : dataDir, "server.log"),
    runDir,
  };
  const guard = spawn(process.execPath, [GUARD, JSON.stringify(command)], {
    detached: true,
    env: { LC_ALL: "C" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(guard, "exit").then(() => undefined);
  let pid = 0;
  let ending: { ended: string; lastLines: string } | undefined;
  createInterface({ input: guard.stdout }).on("line", (line) => {
    const report: GuardReport = JSON.parse(line);
    if ("pid" in report) pid = report.pid;
    else ending = report;
  });
  // The guard may be gone when we let go of it.
  guard.stdin.on("error", () => {});

  const stop = async () => {
    guard.ref();
    guard.stdin.destroy();
    await gone;
  };
  const isReady = async () => pid > 0 && launch.readyLine.test(await readFile(command.logFile, "utf8").catch(() => ""));
  const up = await pollUntil(
    async () => ending !== undefined || guard.exitCode !== null || (await isReady()),
    START_TIMEOUT_MS,
  );
  if (!up || ending !== undefined || guard.exitCode !== null) {
    await stop();
    const how = ending === undefined ? "was not ready" : `ended (${ending.ended})`;
    throw new Error(`${launch.name} ${how} at start. Its last lines:\n${ending?.lastLines ?? "(none)"}`);
  }
  // A caller that forgets to stop may still end; the guard sees it and ends the server.
  guard.unref();
  unrefStream(guard.stdin);
  unrefStream(guard.stdout);
  return {
    pid,
    dataDir,
    stop,
    kill: async () => {
      guard.ref();
      if (ending === undefined && guard.exitCode === null) process.kill(pid, "SIGKILL");
      await gone;
    },
  };
}

/** Pipes to children are sockets, which their declared type does not say. */
function unrefStream(stream: object): void {
  if ("unref" in stream && typeof stream.unref === "function") stream.unref();
}
