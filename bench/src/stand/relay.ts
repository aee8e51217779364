import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, withDatabase } from "@capi-relay/local-services";
import { mustCall, type RunningApp, startApp } from "@capi-relay/local-stack";
import { ConversionQueue, LANES } from "@capi-relay/queue";
import { cpuMsOf, rssBytesOf } from "./process-usage.ts";
import type { Servers } from "./servers.ts";
import { type BenchShop, clickOf, PEOPLE, phoneOf, TOKEN } from "./shops.ts";

const API_KEY = `cr_${randomBytes(24).toString("hex")}`;
const SECRETS = {
  ADMIN_API_KEY: API_KEY,
  ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
  LOOKUP_KEY: randomBytes(24).toString("hex"),
  WHATSAPP_VERIFY_TOKEN: randomBytes(12).toString("hex"),
  WHATSAPP_APP_SECRET: randomBytes(16).toString("hex"),
};
const SHOPS_AT_A_TIME = 25;
const CLICKS_AT_A_TIME = 25;
const BYTES_PER_MB = 1024 * 1024;

/**
 * One installation of the product: its real processes, as they run in earnest, on a database and a queue of its own.
 */
export class Relay {
  readonly apiUrl: string;
  readonly apiKey = API_KEY;
  readonly queue: ConversionQueue;
  readonly #servers: Servers;
  readonly #name: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #apps: RunningApp[] = [];

  private constructor(servers: Servers, name: string, apiPort: number) {
    this.#servers = servers;
    this.#name = name;
    this.apiUrl = `http://127.0.0.1:${apiPort}`;
    // The bench only looks on and holds the jobs back until the start.
    this.queue = new ConversionQueue({ redis: servers.redis, prefix: name }, () => undefined);
    this.#env = {
      ...SECRETS,
      NODE_ENV: "test",
      MONGODB_URI: withDatabase(servers.mongoUri, name),
      REDIS_URL: servers.redisUrl,
      QUEUE_PREFIX: name,
      META_GRAPH_URL: servers.graphUrl,
      API_PORT: String(apiPort),
      // All order systems of the bench have one address, and send more than one shop does.
      RATE_LIMIT_PER_ADDRESS: "1000000",
    };
  }

  /** Starts an API, and `workers` workers. `env` is for the workers. */
  static async start(
    servers: Servers,
    name: string,
    { workers = 0, env = {} }: { readonly workers?: number; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Relay> {
    const relay = new Relay(servers, name, await freePort());
    try {
      const starting = [relay.#startApp("api", 0, {}, { url: `${relay.apiUrl}/health/ready` })];
      for (let worker = 1; worker <= workers; worker += 1) {
        starting.push(relay.#startApp("worker", worker, env, { line: '"taking jobs"' }));
      }
      // All have to have ended, well or badly, before whatever started can be stopped.
      for (const started of await Promise.allSettled(starting)) if (started.status === "rejected") throw started.reason;
      return relay;
    } catch (error) {
      await relay.stop();
      throw error;
    }
  }

  get workerPids(): number[] {
    return this.#apps.filter(({ name }) => name === "worker").map(({ pid }) => pid);
  }

  /** Processor time of its workers so far, in milliseconds. */
  workerCpuMs(): number {
    return this.workerPids.reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  }

  apiCpuMs(): number {
    return cpuMsOf(this.#apps.find(({ name }) => name === "api")?.pid);
  }

  /** Makes both sides know the shops, and the relay the clicks of their customers. */
  async open(shops: readonly BenchShop[], people = PEOPLE): Promise<void> {
    for (let from = 0; from < shops.length; from += SHOPS_AT_A_TIME) {
      await Promise.all(shops.slice(from, from + SHOPS_AT_A_TIME).map((shop) => this.#openAccount(shop)));
    }
    for (const shop of shops) {
      const clickedAt = Math.floor(Date.now() / 1_000) - 3_600;
      for (let from = 0; from < people; from += CLICKS_AT_A_TIME) {
        const some = Array.from({ length: Math.min(CLICKS_AT_A_TIME, people - from) }, (_, at) => from + at);
        await Promise.all(
          some.map((person) =>
            this.#post("/v1/whatsapp/clicks", {
              accountId: shop.id,
              ctwaClid: clickOf(shop, person),
              clickedAt,
              phoneE164: phoneOf(person),
            }),
          ),
        );
      }
    }
  }

  async #openAccount({ id, wabaId, datasetId }: BenchShop): Promise<void> {
    await this.#servers.admin("PUT", `/wabas/${wabaId}`, { datasetId, token: TOKEN });
    await this.#post("/v1/accounts", { id, name: id, wabaId, datasetId, accessToken: TOKEN });
  }

  /** Rows of the ledger in this status. */
  async count(status: string): Promise<number> {
    return this.events.countDocuments({ status });
  }

  /** All rows of the ledger: MongoDB's own tally, which is exact where nothing was killed and costs nobody a scan. */
  async rows(): Promise<number> {
    return this.events.estimatedDocumentCount();
  }

  get events() {
    return this.#servers.mongo.useDb(this.#name, { useCache: true }).collection("events");
  }

  /** Nothing leaves the queue until `goOn`. */
  async hold(): Promise<void> {
    await Promise.all(LANES.map((lane) => this.queue.bullQueues[lane].pause()));
  }

  async goOn(): Promise<void> {
    await Promise.all(LANES.map((lane) => this.queue.bullQueues[lane].resume()));
  }

  /** Only the API stays. */
  async stopWorkers(): Promise<void> {
    await Promise.all(this.#apps.filter(({ name }) => name === "worker").map((app) => app.stop()));
  }

  /** What the workers hold once they have nothing to do: the least of some looks, since a collection may be due. */
  async restingMb(): Promise<number> {
    const looks: number[] = [];
    for (let look = 0; look < 5; look += 1) {
      await sleep(200);
      looks.push(this.workerPids.reduce((sum, pid) => sum + rssBytesOf(pid), 0) / BYTES_PER_MB);
    }
    return Math.min(...looks);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#apps.map((app) => app.stop()));
    await this.queue.close();
  }

  async #startApp(
    name: "api" | "worker",
    number: number,
    env: Readonly<Record<string, string>>,
    ready: { readonly url: string } | { readonly line: string },
  ): Promise<void> {
    const logDir = join(this.#servers.folder, "logs", `${this.#name}-${number}`);
    const metricsPort = String(await freePort());
    this.#apps.push(await startApp({ name, logDir, env: { ...this.#env, METRICS_PORT: metricsPort, ...env }, ready }));
  }

  #post(path: string, body: unknown): Promise<unknown> {
    return mustCall("POST", `${this.apiUrl}${path}`, API_KEY, body);
  }
}
