import { freePort, withDatabase } from "@capi-relay/local-services";
import { ConversionQueue } from "@capi-relay/queue";
import type { LeastEvent } from "../../opponents/least-event.ts";
import type { KnownContact } from "../../opponents/meta-event.ts";
import { HelperProcess } from "../stand/helper-process.ts";
import { cpuMsOf } from "../stand/process-usage.ts";
import type { Servers } from "../stand/servers.ts";
import { type BenchShop, TOKEN } from "../stand/shops.ts";
import { contactsOf } from "../table/opponents/contacts-of.ts";

const NAME = "least-relay";

/** Its processes. */
type Program = HelperProcess<object, null>;

/**
 * The least that is a relay at all: a route that journals and queues, and a worker that finds, claims, sends and records
 * in batches as large as ours. Without whatever else the relay is there for: keys, limits, sealing, duplicates told
 * from conflicts, leases, deadlines, retries, attempts, reasons, lists, logs.
 */
export class LeastRelay {
  readonly apiUrl: string;
  /** It asks nobody for one. */
  readonly apiKey = "";
  readonly queue: ConversionQueue;
  readonly #events: ReturnType<typeof eventsIn>;
  readonly #route: Program;
  readonly #worker: Program;

  private constructor(servers: Servers, queue: ConversionQueue, port: number, route: Program, worker: Program) {
    this.apiUrl = `http://127.0.0.1:${port}`;
    this.queue = queue;
    this.#events = eventsIn(servers);
    this.#route = route;
    this.#worker = worker;
  }

  /** Starts one that knows the customers of these shops. */
  static async start(servers: Servers, shops: readonly BenchShop[]): Promise<LeastRelay> {
    const { redis, redisUrl, graphUrl } = servers;
    const mongoUri = withDatabase(servers.mongoUri, NAME);
    await databaseOf(servers).collection<KnownContact>("contacts").insertMany(shops.flatMap(contactsOf));
    const queue = new ConversionQueue({ redis, prefix: NAME }, () => undefined);
    const port = await freePort();
    const start = (file: string, ...args: string[]): Promise<Program> =>
      HelperProcess.start(new URL(`../../opponents/${file}`, import.meta.url), [NAME, redisUrl, mongoUri, ...args]);
    const [route, worker] = await Promise.all([
      start("least-route.ts", String(port)),
      start("least-worker.ts", queue.bullQueues.fast.name, graphUrl, TOKEN),
    ]);
    return new LeastRelay(servers, queue, port, route, worker);
  }

  async hold(): Promise<void> {
    await this.queue.bullQueues.fast.pause();
  }

  async goOn(): Promise<void> {
    await this.queue.bullQueues.fast.resume();
  }

  async count(status: LeastEvent["status"]): Promise<number> {
    return this.#events.countDocuments({ status });
  }

  async rows(): Promise<number> {
    return this.#events.estimatedDocumentCount();
  }

  workerCpuMs(): number {
    return cpuMsOf(this.#worker.pid);
  }

  apiCpuMs(): number {
    return cpuMsOf(this.#route.pid);
  }

  async stopWorkers(): Promise<void> {
    await this.#worker.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#route.stop(), this.#worker.stop()]);
    await this.queue.close();
  }
}

const databaseOf = ({ mongo }: Servers) => mongo.useDb(NAME, { useCache: true });

const eventsIn = (servers: Servers) => databaseOf(servers).collection<LeastEvent>("events");
