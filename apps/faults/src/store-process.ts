import { type LocalMongo, type LocalRedis, startMongo, startRedis } from "@capi-relay/local-services";

type Started = LocalRedis | LocalMongo;

/** Redis or MongoDB on a port and a folder of its own, to be killed, frozen and started again with its data. */
export class StoreProcess {
  readonly name: string;
  readonly port: number;
  readonly #start: (extraArgs: readonly string[]) => Promise<Started>;
  #server: Started | null = null;

  constructor(kind: "redis" | "mongo", port: number, dataDir: string) {
    this.name = kind;
    this.port = port;
    const start = kind === "redis" ? startRedis : startMongo;
    this.#start = (extraArgs) => start({ own: true, port, dataDir, extraArgs });
  }

  async start(extraArgs: readonly string[] = []): Promise<void> {
    this.#server = await this.#start(extraArgs);
  }

  get running(): boolean {
    return this.#server !== null;
  }

  /** The folder that holds its files now. */
  get dataDir(): string {
    return this.#started.dataDir ?? "";
  }

  async kill(): Promise<void> {
    const server = this.#started;
    this.#server = null;
    await server.kill();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await server?.stop();
  }

  freeze(): void {
    process.kill(this.#pid, "SIGSTOP");
  }

  thaw(): void {
    process.kill(this.#pid, "SIGCONT");
  }

  get #pid(): number {
    const { pid } = this.#started;
    if (pid === undefined) throw new Error(`${this.name} does not run as a process of ours`);
    return pid;
  }

  get #started(): Started {
    if (this.#server === null) throw new Error(`${this.name} is not running`);
    return this.#server;
  }
}
