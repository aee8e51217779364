import { join, resolve } from "node:path";
import { startMongo, startRedis, withDatabase } from "@capi-relay/local-services";
import { choosePorts, type PortName, portVariable } from "./choose-ports.ts";
import { claimFolder } from "./claim-folder.ts";
import { demandServers } from "./demand-servers.ts";
import { type Environment, isGiven, readVariable, without } from "./environment.ts";
import { dashboardUser } from "./hash-password.ts";
import { type LocalSecrets, localSecrets, secretVariables } from "./local-secrets.ts";
import { AppEnded, type AppLaunch, type AppName, type RunningApp, startApp } from "./start-app.ts";

export interface StackOptions {
  /** What the person said, usually `process.env`: every variable of the product is honoured, also as `<NAME>_FILE`. */
  readonly env: Environment;
  /** Keeps databases, logs and secrets. */
  readonly dataDir: string;
  /** Any free port where no variable names one; otherwise the usual ones. */
  readonly freePorts?: boolean;
  /** Apps to leave out. */
  readonly withoutApps?: readonly AppName[];
  /** Variables for every process that win over `env`. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** The database to use on the MongoDB of `MONGODB_URI`. Default: the one it names. */
  readonly database?: string;
  /** Told what happens, line by line. */
  onProgress(line: string): void;
  /**
   * Told when a process ends that should run: an app, or a server that is ours. It may be while the apps still start.
   */
  onLost(ended: AppEnded): void;
}

export interface Stack {
  readonly apiUrl: string;
  /** Null when it was left out. */
  readonly dashboardUrl: string | null;
  /** Where API and worker tell how they are doing. */
  readonly metricsUrls: Readonly<Partial<Record<"api" | "worker", string>>>;
  /** Null when META_GRAPH_URL points elsewhere. */
  readonly sandboxUrl: string | null;
  /** Where events are delivered when that is not our sandbox: META_GRAPH_URL. */
  readonly graphUrl: string | null;
  /** True when our sandbox takes click ids nobody told it about. */
  readonly takesAnyClick: boolean;
  /** The dashboard's login; null when DASHBOARD_USERS says who may. */
  readonly dashboardLogin: { readonly user: string; readonly password: string } | null;
  readonly secrets: LocalSecrets;
  readonly redisUrl: string;
  readonly mongoUri: string;
  /** False for servers somebody else runs. */
  readonly ownsRedis: boolean;
  readonly ownsMongo: boolean;
  readonly logDir: string;
  /** Process ids, for tests. */
  readonly pids: Readonly<Partial<Record<AppName, number>>>;
  /** Ends everything in reverse order; what does not end in time is killed. May be called twice. */
  stop(): Promise<void>;
}

const DASHBOARD_USER = "operator";
const OWN_DATABASE = "capi-relay";

/**
 * Starts what the product needs on one machine, and only what no variable points to: Redis, MongoDB, the Meta sandbox,
 * then API, worker and dashboard. Resolves when all of them serve. Nothing outlives this process, however it ends.
 * @throws Error saying what is in the way; whatever had started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, onProgress } = options;
  const dataDir = resolve(options.dataDir);
  const opened: { stop(): unknown }[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopAll(opened);
    return stopped;
  };
  try {
    const apps = appsToStart(options);
    // Before the ports: a stack that runs already has those too, and the folder says whose they are.
    opened.push({ stop: claimFolder(dataDir) });
    const ports = await choosePorts(portsOf(apps), { free: options.freePorts ?? false, env });
    const secrets = localSecrets(dataDir, env);
    opened.push({ stop: keepProcessAlive() });
    const lost = (ended: AppEnded) => {
      if (stopped === undefined) options.onLost(ended);
    };
    const servers = await startServers(options, dataDir, opened, lost);

    const urls = {
      api: urlOf("API_HOST", ports.api, env),
      dashboard: apps.includes("dashboard") ? urlOf("DASHBOARD_HOST", ports.dashboard, env) : null,
      sandbox: apps.includes("meta-sandbox") ? urlOf("SANDBOX_HOST", ports.sandbox, env) : null,
    };
    const hashed = apps.includes("dashboard") && !isGiven("DASHBOARD_USERS", env);
    const login = hashed ? { user: DASHBOARD_USER, password: secrets.DASHBOARD_PASSWORD } : null;
    const shared: Environment = {
      ...without(["MONGODB_URI", "REDIS_URL", ...portsOf(apps).map(portVariable)], env),
      ...secretVariables(secrets, env),
      MONGODB_URI: servers.mongoUri,
      REDIS_URL: servers.redisUrl,
      API_PORT: String(ports.api),
      DASHBOARD_PORT: String(ports.dashboard),
      SANDBOX_PORT: String(ports.sandbox),
      METRICS_PORT: String(ports.apiMetrics),
      WORKER_METRICS_PORT: String(ports.workerMetrics),
      ...(urls.sandbox === null ? {} : { META_GRAPH_URL: urls.sandbox }),
      ...(isGiven("SANDBOX_LOG_FILE", env) ? {} : { SANDBOX_LOG_FILE: join(dataDir, "sandbox", "received.jsonl") }),
      ...(login === null ? {} : { DASHBOARD_USERS: await dashboardUser(login.user, "operator", login.password) }),
      ...options.overrides,
    };
    const logDir = join(dataDir, "logs");
    const running = await startApps(
      apps.map((name) => ({ name, env: shared, logDir, ready: readiness(name, urls, shared) })),
      opened,
    );
    for (const app of running) void app.ended.then(lost);
    onProgress(`${running.map(({ name }) => name).join(", ")} are up`);
    return {
      apiUrl: urls.api,
      dashboardUrl: urls.dashboard,
      metricsUrls: metricsUrls(apps, ports, shared),
      sandboxUrl: urls.sandbox,
      graphUrl: urls.sandbox === null ? (readVariable("META_GRAPH_URL", env) ?? null) : null,
      takesAnyClick: urls.sandbox !== null && readVariable("SANDBOX_STRICT_SEEDING", shared) === "false",
      dashboardLogin: login,
      secrets,
      ...servers,
      logDir,
      pids: Object.fromEntries(running.map(({ name, pid }) => [name, pid])),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function appsToStart({ env, withoutApps = [] }: StackOptions): AppName[] {
  const all: AppName[] = ["meta-sandbox", "api", "worker", "dashboard"];
  const leftOut: AppName[] = isGiven("META_GRAPH_URL", env) ? ["meta-sandbox", ...withoutApps] : [...withoutApps];
  return all.filter((name) => !leftOut.includes(name));
}

function portsOf(apps: readonly AppName[]): PortName[] {
  const all: Readonly<Record<AppName, readonly PortName[]>> = {
    api: ["api", "apiMetrics"],
    worker: ["workerMetrics"],
    dashboard: ["dashboard"],
    "meta-sandbox": ["sandbox"],
  };
  return apps.flatMap((name) => all[name]);
}

type Servers = Pick<Stack, "redisUrl" | "mongoUri" | "ownsRedis" | "ownsMongo">;

async function startServers(
  { env, database, onProgress }: StackOptions,
  dataDir: string,
  opened: { stop(): unknown }[],
  lost: (ended: AppEnded) => void,
): Promise<Servers> {
  await demandServers(env);
  const [redis, mongo] = await Promise.allSettled([
    startRedis({ given: readVariable("REDIS_URL", env), dataDir: join(dataDir, "redis"), onProgress }),
    startMongo({ given: readVariable("MONGODB_URI", env), dataDir: join(dataDir, "mongo"), onProgress }),
  ]);
  for (const server of [redis, mongo]) {
    if (server.status === "fulfilled") opened.push(server.value);
  }
  if (redis.status === "rejected") throw redis.reason;
  if (mongo.status === "rejected") throw mongo.reason;
  for (const [name, server] of [["Redis", redis.value] as const, ["MongoDB", mongo.value] as const]) {
    const log = server.dataDir === undefined ? "" : ` Its log: ${join(server.dataDir, "server.log")}`;
    void server.ended?.then(({ ended }) => lost(new AppEnded(`${name} ended (${ended}).${log}`)));
  }
  onProgress(redis.value.describe);
  onProgress(mongo.value.describe);
  const ownsMongo = mongo.value.origin !== "given";
  const named = database ?? (ownsMongo ? OWN_DATABASE : undefined);
  return {
    redisUrl: redis.value.url,
    mongoUri: named === undefined ? mongo.value.uri : withDatabase(mongo.value.uri, named),
    ownsRedis: redis.value.origin !== "given",
    ownsMongo,
  };
}

/** All at once; every one that came up is remembered, also when another did not. */
async function startApps(launches: readonly AppLaunch[], opened: { stop(): unknown }[]): Promise<RunningApp[]> {
  const starts = await Promise.allSettled(launches.map(startApp));
  const running = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  opened.push(...running);
  const failure = starts.find((start) => start.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return running;
}

function readiness(
  name: AppName,
  urls: { readonly api: string; readonly dashboard: string | null; readonly sandbox: string | null },
  env: Environment,
): AppLaunch["ready"] {
  switch (name) {
    case "meta-sandbox":
      return { url: `${urls.sandbox}/health/live` };
    case "api":
      return { url: `${urls.api}/health/ready` };
    case "dashboard":
      return { url: `${urls.dashboard}/health/ready` };
    case "worker":
      // Its metrics door opens before it takes jobs, so its log has to tell; told to keep quiet, it is taken at its
      // word.
      return { line: /^(warn|error|fatal|silent)$/.test(env["LOG_LEVEL"] ?? "") ? "" : '"taking jobs"' };
  }
}

function metricsUrls(
  apps: readonly AppName[],
  ports: Record<PortName, number>,
  env: Environment,
): Stack["metricsUrls"] {
  const urlAt = (port: number) => `${urlOf("METRICS_HOST", port, env)}/metrics`;
  return {
    ...(apps.includes("api") ? { api: urlAt(ports.apiMetrics) } : {}),
    ...(apps.includes("worker") ? { worker: urlAt(ports.workerMetrics) } : {}),
  };
}

function urlOf(hostVariable: string, port: number, env: Environment): string {
  const host = readVariable(hostVariable, env) ?? "127.0.0.1";
  const reachable = ["0.0.0.0", "::", "*"].includes(host) ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

/** Guards keep nobody running; whoever has a stack wants it until it is stopped. */
function keepProcessAlive(): () => void {
  const timer = setInterval(() => {}, 2 ** 30);
  return () => clearInterval(timer);
}

async function stopAll(opened: { stop(): unknown }[]): Promise<void> {
  for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
    // One that does not stop must not keep the others.
    await Promise.resolve(last.stop()).catch(() => undefined);
  }
}
