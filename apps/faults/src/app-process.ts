import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GuardedProcess, startGuarded } from "@capi-relay/local-services";

/** The checkout this file belongs to, which may be a copy with a fault planted in it. */
export const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

export type Environment = Readonly<Record<string, string>>;

export interface AppPlan {
  /** Unique in the cluster; names the log files. */
  readonly name: string;
  /** The folder of `apps/` it lives in. */
  readonly app: "api" | "worker" | "meta-sandbox";
  readonly env: Environment;
  readonly logDir: string;
  /** Where it serves its metrics, if it does. */
  readonly metricsPort?: number;
  /** An address that answers 200, or what it writes to its log, once it serves. */
  readonly ready: { readonly url: string } | { readonly line: RegExp };
}

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 30_000;

/** One process of the product, to be killed, frozen and started again. It never outlives ours. */
export class AppProcess {
  readonly name: string;
  readonly #plan: AppPlan;
  readonly #logFiles: string[] = [];
  #process: GuardedProcess | null = null;
  #running = false;

  constructor(plan: AppPlan) {
    this.name = plan.name;
    this.#plan = plan;
  }

  /** Starts it, and resolves when it serves. `env` holds for this start only. */
  async start(env: Environment = {}): Promise<void> {
    const { name, app, ready, logDir } = this.#plan;
    const logFile = join(logDir, `${name}.${this.#logFiles.length + 1}.log`);
    this.#logFiles.push(logFile);
    const started = await startGuarded({
      name,
      programFolders: [],
      command: () => ({ program: process.execPath, args: [join(REPOSITORY, "apps", app, "src", "main.ts")] }),
      env: { ...this.#plan.env, ...metricsEnv(this.#plan), ...env },
      logFile,
      startTimeoutMs: START_TIMEOUT_MS,
      graceMs: STOP_GRACE_MS,
      readyWhen: "url" in ready ? () => answersWell(ready.url) : ready.line,
    });
    this.#process = started;
    this.#running = true;
    void started.ended.then(() => {
      if (this.#process === started) this.#running = false;
    });
  }

  get running(): boolean {
    return this.#running;
  }

  get pid(): number {
    return this.#started.pid;
  }

  /** How it ended: "exit code 0", "SIGKILL". */
  async ended(): Promise<string> {
    return (await this.#started.ended).ended;
  }

  /** SIGKILL; resolves when it is gone. Does nothing to one that is gone. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL");
    await this.#started.ended;
  }

  /** SIGTERM, and how it ended. */
  async terminate(): Promise<string> {
    this.#signal("SIGTERM");
    return this.ended();
  }

  freeze(): void {
    this.#signal("SIGSTOP");
  }

  thaw(): void {
    this.#signal("SIGCONT");
  }

  /** Ends it however it stands. */
  async stop(): Promise<void> {
    if (this.#process === null || !this.#running) return;
    this.thaw();
    await this.#process.stop();
  }

  /** What it tells Prometheus; null when it serves no metrics, or is not running. */
  async metrics(): Promise<string | null> {
    const { metricsPort } = this.#plan;
    if (metricsPort === undefined || !this.#running) return null;
    const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`, { signal: AbortSignal.timeout(5_000) });
    return answer.text();
  }

  /** Everything it ever wrote, over all its starts. */
  log(): string {
    return this.#logFiles.map((file) => readFileSync(file, "utf8")).join("");
  }

  get #started(): GuardedProcess {
    if (this.#process === null) throw new Error(`${this.name} was never started`);
    return this.#process;
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#running) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      // It has died by itself in this moment.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function metricsEnv({ metricsPort }: AppPlan): Environment {
  return metricsPort === undefined ? {} : { METRICS_PORT: String(metricsPort) };
}

async function answersWell(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
