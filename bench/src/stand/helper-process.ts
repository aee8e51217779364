import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A process of the bench that does what it is asked: makes load, or plays an opponent. It never outlives ours. */
export class HelperProcess<Request extends object, Reply> {
  readonly #child: ChildProcess;
  readonly #died: Promise<never>;

  private constructor(child: ChildProcess, died: Promise<never>) {
    this.#child = child;
    this.#died = died;
  }

  /** Starts the program and resolves when it is ready to be asked. */
  static async start<Request extends object, Reply>(
    program: URL,
    args: readonly string[] = [],
  ): Promise<HelperProcess<Request, Reply>> {
    const child = fork(program, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const died = new Promise<never>((_, reject) => {
      child.once("exit", () => reject(new Error(`${program.pathname} ended unasked`)));
    });
    died.catch(() => undefined);
    await Promise.race([once(child, "message"), died]);
    return new HelperProcess(child, died);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** One request at a time. */
  async ask(request: Request): Promise<Reply> {
    this.#child.send(request);
    const [reply] = await Promise.race([once(this.#child, "message"), this.#died]);
    if (reply.failed !== undefined) throw new Error(reply.failed);
    return reply.done;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || !this.#child.connected) return;
    const gone = once(this.#child, "exit");
    this.#child.disconnect();
    await gone;
  }
}

/** The other end: says that it is ready, then answers one request after the other until nobody is there to ask. */
export function answerRequests<Request, Reply>(answer: (request: Request) => Promise<Reply>): void {
  process.on("message", (request: Request) => {
    answer(request).then(
      (done) => process.send?.({ done }),
      (error: unknown) => process.send?.({ failed: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ ready: true });
}
