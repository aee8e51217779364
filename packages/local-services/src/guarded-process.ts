import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pollUntil } from "./poll-until.ts";

/** What the guard is handed: a program, and the folder that goes when it ends. */
export interface GuardedCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Absent: the guard's own environment, since secrets do not belong on a command line. */
  readonly env?: Readonly<Record<string, string>>;
  readonly workDir: string;
  readonly logFile: string;
  readonly runDir: string;
  /** Between asking the program to end and killing it, in milliseconds. */
  readonly graceMs: number;
}

/** What the guard says on its standard output, one JSON value a line. */
export type GuardReport = { readonly pid: number } | GuardedEnding;

/** How a program ended ("exit code 1", "SIGKILL"), and the end of its log. */
interface GuardedEnding {
  readonly ended: string;
  readonly lastLines: string;
}

export interface GuardedProcess {
  readonly pid: number;
  readonly dataDir: string;
  /** Resolves when the program has ended, by `stop` or by itself. */
  readonly ended: Promise<GuardedEnding>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface GuardedLaunch {
  /** Short, for messages and folder names: "redis". */
  readonly name: string;
  /** PATH for the program, which may be a script that starts others. */
  readonly programFolders: readonly string[];
  /** Default: inside the temporary folder. */
  readonly dataDir?: string | undefined;
  /**
   * The program's whole environment. Default: next to nothing, so that nothing of ours keeps a server from starting.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the program runs. Default: its data folder. */
  readonly workDir?: string;
  /** Written anew. Default: `server.log` beside the data. */
  readonly logFile?: string;
  /** How long the program may take to be ready, and to end. Milliseconds; defaults 30 s and 5 s. */
  readonly startTimeoutMs?: number;
  readonly graceMs?: number;
  /** For a program that must not be killed in the middle of anything: the signal on which it dies by its own hand. */
  readonly diesOn?: NodeJS.Signals;
  command(folders: { dataDir: string; runDir: string }): { program: string; args: readonly string[] };
  /**
   * What the server writes to its log once it serves; or a question. Asking a port would believe whoever else holds it,
   * in the moment before ours notices and ends.
   */
  readonly readyWhen: RegExp | (() => Promise<boolean>);
}

const START_TIMEOUT_MS = 30_000;
const GRACE_MS = 5_000;
/** One that is frozen hears no signal but SIGKILL. */
const DEAF_AFTER_MS = 2_000;
const GUARD = fileURLToPath(new URL("./guard.ts", import.meta.url));
/** What Node makes of our sources, kept from one start to the next: processes of ours then start in half the time. */
const COMPILED = { NODE_COMPILE_CACHE: fileURLToPath(new URL("../../../.cache/compiled", import.meta.url)) };

/**
 * Starts a program under a guard and waits until it serves. The program ends when `stop` is called or when this
 * process ends in any way, SIGKILL included.
 * @throws Error with the server's last lines when it ends, or is not ready in time.
 */
export async function startGuarded(launch: GuardedLaunch): Promise<GuardedProcess> {
  const runDir = await mkdtemp(join(tmpdir(), `capi-relay-${launch.name}-`));
  const dataDir = launch.dataDir ?? join(runDir, "data");
  await mkdir(dataDir, { recursive: true });
  const command: GuardedCommand = {
    ...launch.command({ dataDir, runDir }),
    // Nothing of ours leaks in: an unknown locale or NODE_OPTIONS in the environment stops a server from starting.
    ...(launch.env === undefined
      ? { env: { LC_ALL: "C", TMPDIR: runDir, PATH: launch.programFolders.join(delimiter) } }
      : {}),
    workDir: launch.workDir ?? dataDir,
    logFile: launch.logFile ?? join(launch.dataDir === undefined ? runDir : dataDir, "server.log"),
    runDir,
    graceMs: launch.graceMs ?? GRACE_MS,
  };
  const guard = spawn(process.execPath, [GUARD, JSON.stringify(command)], {
    detached: true,
    env: { ...COMPILED, ...(launch.env ?? { LC_ALL: "C" }) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(guard, "exit").then(() => undefined);
  // Later than its exit: everything it said has been read by then.
  const heard = once(guard, "close").then(() => undefined);
  let pid = 0;
  let ending: GuardedEnding | undefined;
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
  const { readyWhen } = launch;
  const isReady = async () => {
    if (pid === 0) return false;
    if (typeof readyWhen === "function") return readyWhen();
    return readyWhen.test(await readFile(command.logFile, "utf8").catch(() => ""));
  };
  const up = await pollUntil(
    async () => ending !== undefined || guard.exitCode !== null || (await isReady()),
    launch.startTimeoutMs ?? START_TIMEOUT_MS,
  );
  // Asked once more: a program may end while the question about it is under way.
  if (!up || ending !== undefined || guard.exitCode !== null) {
    await stop();
    await heard;
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
    ended: heard.then(() => ending ?? { ended: "its guard was killed", lastLines: "" }),
    stop,
    kill: async () => {
      guard.ref();
      const isAlive = () => ending === undefined && guard.exitCode === null;
      if (isAlive() && launch.diesOn !== undefined) {
        process.kill(pid, launch.diesOn);
        await Promise.race([gone, sleep(DEAF_AFTER_MS)]);
      }
      if (isAlive()) process.kill(pid, "SIGKILL");
      await gone;
    },
  };
}

/** Pipes to children are sockets, which their declared type does not say. */
function unrefStream(stream: object): void {
  if ("unref" in stream && typeof stream.unref === "function") stream.unref();
}
