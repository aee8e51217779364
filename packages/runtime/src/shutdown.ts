import type { Logger } from "./logger.ts";

/** The part of `process` that a shutdown needs. */
export interface ProcessControl {
  exitCode?: number | string | null | undefined;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code?: number): unknown;
}

export interface ShutdownOptions {
  readonly log: Logger;
  /** How long closing everything may take together, in milliseconds, before the process gives up. Default 25 000. */
  readonly graceMs?: number;
  readonly process?: ProcessControl;
}

interface Closable {
  close(): unknown;
}

/** Closes what a process opened: in reverse order, once, within a grace time. */
export class Shutdown {
  readonly #log: Logger;
  readonly #graceMs: number;
  readonly #process: ProcessControl;
  readonly #closers: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  constructor({ log, graceMs = 25_000, process: control = process as ProcessControl }: ShutdownOptions) {
    this.#log = log;
    this.#graceMs = graceMs;
    this.#process = control;
  }

  /**
   * Remembers what was just opened, and hands it back. What opened last closes first.
   * @param close How to close it; without it, its own `close()`.
   */
  closes<Thing extends Closable>(thing: Thing): Thing;
  closes<Thing>(thing: Thing, close: (thing: Thing) => unknown): Thing;
  closes<Thing>(thing: Thing, close: (thing: Thing) => unknown = (it) => (it as Closable).close()): Thing {
    this.#closers.push(() => close(thing));
    return thing;
  }

  /** The first of these signals shuts down and exits; the second one exits at once with code 1. */
  onSignals(...signals: readonly NodeJS.Signals[]): void {
    let received = 0;
    for (const signal of signals) {
      this.#process.on(signal, () => {
        received += 1;
        if (received > 1) this.#process.exit(1);
        else void this.#leave(signal);
      });
    }
  }

  /** An error that nobody caught leaves the process in an unknown state: log it, shut down, exit with code 1. */
  onCrashes(): void {
    for (const event of ["uncaughtException", "unhandledRejection"]) {
      this.#process.on(event, (err) => {
        this.#process.exitCode = 1;
        this.#log.fatal({ err, event }, "an error that nobody caught");
        void this.#leave(event);
      });
    }
  }

  /**
   * Closes everything; a second call waits for the first. One thing that fails to close does not keep the others open,
   * but makes the exit code 1. When the grace time passes first, the process exits with code 1. Never rejects.
   */
  run(reason: string): Promise<void> {
    this.#running ??= this.#closeAll(reason);
    return this.#running;
  }

  /**
   * What `work` gives, unless a shutdown has begun: then it never settles. What is being opened fails when it is closed
   * under its feet, and whoever waits for it must neither go on nor take that for a crash.
   */
  unlessLeaving<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      work.then(
        (result) => {
          if (this.#running === undefined) resolve(result);
        },
        (error: unknown) => {
          if (this.#running === undefined) reject(error);
        },
      );
    });
  }

  async #leave(reason: string): Promise<void> {
    await this.run(reason);
    this.#process.exit();
  }

  async #closeAll(reason: string): Promise<void> {
    this.#log.info({ reason }, "shutting down");
    const graceTimer = setTimeout(() => {
      this.#log.error({ reason, graceMs: this.#graceMs }, "gave up waiting for everything to close");
      this.#process.exit(1);
    }, this.#graceMs);
    // Popped one by one, so that what is still being opened during a shutdown is closed too.
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (err) {
        this.#process.exitCode = 1;
        this.#log.error({ err }, "something failed to close");
      }
    }
    clearTimeout(graceTimer);
    this.#log.info({ reason }, "shut down");
  }
}
