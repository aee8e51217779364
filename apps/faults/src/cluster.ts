import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@capi-relay/local-services";
import { AppProcess, type Environment } from "./app-process.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { LedgerWindow } from "./ledger-window.ts";
import { OrderSystem } from "./order-system.ts";
import { SandboxClient } from "./sandbox-client.ts";
import { newSecrets, type Secrets } from "./secrets.ts";
import { StoreProcess } from "./store-process.ts";

/** Where a proxy can stand: before a store, or before Meta. */
export type Way = "redis" | "mongo" | "meta";

export interface ClusterOptions {
  /** Started with the cluster; default 1. */
  readonly workers?: number;
  /** Which ways of the workers, and of the API, lead through a proxy. */
  readonly workerVia?: readonly Way[];
  readonly apiVia?: readonly ("redis" | "mongo")[];
  readonly workerEnv?: Environment;
  readonly apiEnv?: Environment;
  readonly sandboxEnv?: Environment;
}

const QUEUE_PREFIX = "faults";
const DATABASE = "faults";

/** Our own waits, shortened alike: retries after 50 ms, leases of 6 s, sweeps every 0.5 s. */
const SCALES = { DELAY_SCALE: "0.01", LEASE_SCALE: "0.1", META_TIMEOUT_MS: "1500" } as const;
/** What those scales make of the times a test has to wait for. Milliseconds. */
export const SCALED = { leaseMs: 6_000, overdueMs: 6_000, sweepMs: 500, lockMs: 6_000, metaTimeoutMs: 1_500 } as const;

/** Everything the relay needs, each part a process of its own on 127.0.0.1 with a folder of its own. */
export class Cluster {
  readonly secrets: Secrets;
  readonly redis: StoreProcess;
  readonly mongo: StoreProcess;
  readonly sandboxApp: AppProcess;
  readonly api: AppProcess;
  readonly workers: AppProcess[] = [];
  readonly sandbox: SandboxClient;
  readonly orders: OrderSystem;
  readonly ledger: LedgerWindow;
  readonly apiUrl: string;
  readonly logDir: string;
  readonly folder: string;
  readonly #proxies: Readonly<Record<string, ChaosProxy>>;
  readonly #workerEnv: Environment;

  private constructor(parts: {
    folder: string;
    secrets: Secrets;
    ports: Record<"redis" | "mongo" | "sandbox" | "api" | "apiMetrics", number>;
    proxies: Record<string, ChaosProxy>;
    options: ClusterOptions;
  }) {
    const { folder, secrets, ports, proxies, options } = parts;
    this.folder = folder;
    this.logDir = join(folder, "logs");
    this.secrets = secrets;
    this.#proxies = proxies;
    this.redis = new StoreProcess("redis", ports.redis, join(folder, "redis"));
    this.mongo = new StoreProcess("mongo", ports.mongo, join(folder, "mongo"));
    const received = join(folder, "received.jsonl");
    const sandboxUrl = `http://127.0.0.1:${ports.sandbox}`;
    this.apiUrl = `http://127.0.0.1:${ports.api}`;
    this.sandbox = new SandboxClient(sandboxUrl, secrets.sandboxAdminToken, received);
    this.orders = new OrderSystem(this.apiUrl, secrets.adminApiKey);
    this.ledger = new LedgerWindow(mongoUri(ports.mongo));

    const stores = (who: "worker" | "api") => ({
      MONGODB_URI: mongoUri(proxies[`${who}:mongo`]?.port ?? ports.mongo),
      REDIS_URL: `redis://127.0.0.1:${proxies[`${who}:redis`]?.port ?? ports.redis}`,
      META_GRAPH_URL: `http://127.0.0.1:${proxies["worker:meta"]?.port ?? ports.sandbox}`,
      QUEUE_PREFIX,
      ENCRYPTION_KEYS: secrets.encryptionKeys,
      NODE_ENV: "test",
    });
    this.#workerEnv = { ...stores("worker"), ...SCALES, ...options.workerEnv };
    this.sandboxApp = new AppProcess({
      name: "sandbox",
      app: "meta-sandbox",
      logDir: this.logDir,
      env: {
        SANDBOX_PORT: String(ports.sandbox),
        SANDBOX_ADMIN_TOKEN: secrets.sandboxAdminToken,
        SANDBOX_LOG_FILE: received,
        SANDBOX_STRICT_SEEDING: "false",
        ...options.sandboxEnv,
      },
      ready: { line: /Meta sandbox on/ },
    });
    this.api = new AppProcess({
      name: "api",
      app: "api",
      logDir: this.logDir,
      metricsPort: ports.apiMetrics,
      env: {
        ...stores("api"),
        API_PORT: String(ports.api),
        ADMIN_API_KEY: secrets.adminApiKey,
        // Every order system of a test sends from the same address, as fast as it can.
        RATE_LIMIT_PER_ADDRESS: "0",
        LOOKUP_KEY: secrets.lookupKey,
        WHATSAPP_VERIFY_TOKEN: secrets.verifyToken,
        WHATSAPP_APP_SECRET: secrets.appSecret,
        ...options.apiEnv,
      },
      ready: { url: `${this.apiUrl}/health/live` },
    });
  }

  /** Starts Redis, MongoDB, the sandbox, the API and the workers, and resolves when all of them serve. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), "capi-relay-faults-"));
    await mkdir(join(folder, "logs"));
    const ports = {
      redis: await freePort(),
      mongo: await freePort(),
      sandbox: await freePort(),
      api: await freePort(),
      apiMetrics: await freePort(),
    };
    const proxies: Record<string, ChaosProxy> = {};
    const wanted = [
      ...(options.workerVia ?? []).map((way) => ["worker", way] as const),
      ...(options.apiVia ?? []).map((way) => ["api", way] as const),
    ];
    for (const [who, way] of wanted) {
      proxies[`${who}:${way}`] = await ChaosProxy.open(ports[way === "meta" ? "sandbox" : way]);
    }
    const cluster = new Cluster({ folder, secrets: newSecrets(), ports, proxies, options });
    try {
      await Promise.all([cluster.redis.start(), cluster.mongo.start(), cluster.sandboxApp.start()]);
      await cluster.ledger.open();
      await cluster.api.start();
      await cluster.ready();
      for (let count = 0; count < (options.workers ?? 1); count += 1) await cluster.startWorker();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The proxy before a store or Meta, if the cluster was started with it. */
  proxy(who: "worker" | "api", way: Way): ChaosProxy {
    const proxy = this.#proxies[`${who}:${way}`];
    if (proxy === undefined) throw new Error(`the cluster was started without a proxy between ${who} and ${way}`);
    return proxy;
  }

  /** One more worker. */
  async startWorker(env: Environment = {}): Promise<AppProcess> {
    const worker = new AppProcess({
      name: `worker-${this.workers.length + 1}`,
      app: "worker",
      logDir: this.logDir,
      metricsPort: await freePort(),
      env: { ...this.#workerEnv, ...env },
      ready: { line: /taking jobs/ },
    });
    this.workers.push(worker);
    await worker.start();
    return worker;
  }

  /** Resolves when the API says it is ready: its database answers and has its indexes. */
  async ready(): Promise<void> {
    const giveUpAt = performance.now() + 30_000;
    for (;;) {
      const status = await fetch(`${this.apiUrl}/health/ready`).then(
        async (answer) => {
          await answer.body?.cancel();
          return answer.status;
        },
        () => 0,
      );
      if (status === 200) return;
      if (performance.now() > giveUpAt) throw new Error(`the API did not get ready\n${this.api.log().slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Names of the log files, to be scanned. */
  async logFiles(): Promise<string[]> {
    const names = await readdir(this.logDir);
    return names.filter((name) => !name.startsWith("sandbox")).map((name) => join(this.logDir, name));
  }

  /** Ends everything, in the order that lets each part end well. With `keep` its files stay for a look. */
  async stop({ keep = false } = {}): Promise<void> {
    await this.ledger.close();
    await Promise.all([...this.workers, this.api].map((app) => app.stop()));
    await this.sandboxApp.stop();
    for (const store of [this.redis, this.mongo]) {
      if (store.running) store.thaw();
      await store.stop();
    }
    await Promise.all(Object.values(this.#proxies).map((proxy) => proxy.close()));
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }
}

function mongoUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/${DATABASE}?directConnection=true&retryWrites=false`;
}
