import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startGuarded } from "@capi-relay/local-services";
import type { Environment } from "./environment.ts";
import { lastWords } from "./last-words.ts";

/** The processes of the product, by the folder of `apps/` they live in. */
export type AppName = "meta-sandbox" | "api" | "worker" | "dashboard";

export interface AppLaunch {
  readonly name: AppName;
  /** Its whole environment. */
  readonly env: Environment;
  readonly logDir: string;
  /** An address that answers 200 once it serves, or what it writes to its log when it does. */
  readonly ready: { readonly url: string } | { readonly line: string };
}

export interface RunningApp {
  readonly name: AppName;
  readonly pid: number;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<AppEnded>;
  stop(): Promise<void>;
}

/** A process that should run does not. The message holds the last lines of its log. */
export class AppEnded extends Error {
  override readonly name = "AppEnded";
}

export const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

/** Long enough for a slow machine that starts all of them at once. */
const START_TIMEOUT_MS = 60_000;
/** The apps give themselves 25 s to close; a local stack has nothing that takes so long. */
const GRACE_MS = 10_000;
const HEALTH_TIMEOUT_MS = 2_000;

/**
 * Starts one app under a guard, with its output in `<logDir>/<name>.log`, and waits until it serves.
 * @throws AppEnded when it ends, or does not serve in time.
 */
export async function startApp({ name, env, logDir, ready }: AppLaunch): Promise<RunningApp> {
  await mkdir(logDir, { recursive: true });
  const logFile = join(logDir, `${name}.log`);
  const main = join(REPOSITORY, "apps", name, "src", "main.ts");
  try {
    const app = await startGuarded({
      name,
      programFolders: [],
      command: () => ({ program: process.execPath, args: [main] }),
      env,
      // Paths in variables are meant from where the command was given.
      workDir: process.cwd(),
      logFile,
      startTimeoutMs: START_TIMEOUT_MS,
      graceMs: GRACE_MS,
      readyWhen: "url" in ready ? () => answersWell(ready.url) : new RegExp(ready.line),
    });
    return {
      name,
      pid: app.pid,
      ended: app.ended.then(
        async ({ ended }) => new AppEnded(`The ${name} ended (${ended}). ${await theEndOf(logFile)}`),
      ),
      stop: () => app.stop(),
    };
  } catch (error) {
    throw new AppEnded(`The ${name} did not start. ${await theEndOf(logFile)}`, { cause: error });
  }
}

async function answersWell(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Not yet.
    return false;
  }
}

async function theEndOf(logFile: string): Promise<string> {
  const log = await readFile(logFile, "utf8").catch(() => "");
  return `The last lines of ${logFile}:\n${lastWords(log)}`;
}
