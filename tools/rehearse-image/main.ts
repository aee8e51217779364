import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startMongo, startRedis } from "../../packages/local-services/src/index.ts";
import { asRoot, buildByHand, type HandmadeImage } from "./build-by-hand.ts";

/*
 * `pnpm rehearse:image`: where no container engine runs, the Dockerfile's steps by hand in an empty folder. Then every process
 * is started there as the image's user: once with nothing set, to see it say what is missing, and once with secrets made by
 * the compose file's maker beside a real Redis and MongoDB, to see it work and stop. It proves neither the base image nor
 * BuildKit.
 */

const REPOSITORY = join(import.meta.dirname, "..", "..");
const IMAGE_USER = asRoot() ? { uid: 1000, gid: 1000 } : {};
const NEVER_IN_AN_IMAGE = [".env", ".git", "packages/local-services", "node_modules/node", "node_modules/typescript"];

interface Rehearsed {
  readonly app: string;
  /** A variable it cannot do without, and says so. */
  readonly missing: string;
  /** Its variable for the port, and what answers there; without one, what it logs once it works. */
  readonly sign: { readonly port: string; readonly path: string } | { readonly line: string };
}
const PROCESSES: readonly Rehearsed[] = [
  { app: "api", missing: "ADMIN_API_KEY", sign: { port: "API_PORT", path: "/health/ready" } },
  { app: "worker", missing: "MONGODB_URI", sign: { line: "taking jobs" } },
  { app: "dashboard", missing: "SESSION_SECRET", sign: { port: "DASHBOARD_PORT", path: "/health/ready" } },
  { app: "meta-sandbox", missing: "SANDBOX_ADMIN_TOKEN", sign: { port: "SANDBOX_PORT", path: "/health/live" } },
];

const image = await buildByHand(REPOSITORY, (line) => console.log(line));
const own = { own: true, onProgress: (line: string) => console.log(line) };
const [redis, mongo] = await Promise.all([startRedis(own), startMongo(own)]);
try {
  await checkContents(image);
  const secrets = join(image.state, "secrets");
  const maker = await runToEnd(["tools/image/make-dev-secrets.ts", "--folder", secrets], {});
  if (maker.code !== 0) throw new Error(`the maker of secrets failed: ${maker.output}`);
  for (const rehearsed of PROCESSES) {
    await rehearseNothingSet(rehearsed);
    await rehearseLife(rehearsed, secrets);
  }
  console.log("The rehearsal went well.");
} finally {
  await Promise.all([redis.stop(), mongo.stop()]);
  await rm(image.folder, { recursive: true, force: true });
}

async function checkContents({ app }: HandmadeImage): Promise<void> {
  for (const path of NEVER_IN_AN_IMAGE) {
    const there = await access(join(app, path)).then(
      () => true,
      () => false,
    );
    if (there) throw new Error(`${path} must not be in the image`);
  }
  const installed = await readdir(join(app, "node_modules", ".pnpm"));
  console.log(`The image carries ${installed.length} installed packages.`);
  const forTests = installed.filter((name) => /^(vitest|testcontainers|@0q\+|typescript|@biomejs)/.test(name));
  if (forTests.length > 0) throw new Error(`only for tests, and in the image: ${forTests.join(", ")}`);
}

async function rehearseNothingSet({ app, missing }: Rehearsed): Promise<void> {
  const { code, output } = await runToEnd([`apps/${app}/src/main.ts`], {});
  if (code === 0 || !output.includes(missing)) throw new Error(`${app} did not ask for ${missing}: ${output}`);
  if (/^\s+at /m.test(output)) throw new Error(`${app} printed a stack where a sentence belongs: ${output}`);
  console.log(`${app}, nothing set:\n${output.trim().replace(/^/gm, "    ")}`);
}

async function rehearseLife({ app, sign }: Rehearsed, secrets: string): Promise<void> {
  const port = await freePort();
  const uri = new URL(mongo.uri);
  uri.pathname = "/capi-relay";
  const child = start([`apps/${app}/src/main.ts`], {
    MONGODB_URI: uri.href,
    REDIS_URL: redis.url,
    ...("port" in sign ? { [sign.port]: String(port) } : {}),
    ADMIN_API_KEY_FILE: join(secrets, "admin-api-key"),
    ENCRYPTION_KEYS_FILE: join(secrets, "encryption-keys"),
    LOOKUP_KEY_FILE: join(secrets, "lookup-key"),
    SESSION_SECRET_FILE: join(secrets, "session-secret"),
    DASHBOARD_USERS_FILE: join(secrets, "dashboard-users"),
    SANDBOX_ADMIN_TOKEN_FILE: join(secrets, "sandbox-admin-token"),
    SANDBOX_LOG_FILE: join(image.state, "sandbox", "received.jsonl"),
  });
  let output = "";
  child.stdout.on("data", (part) => (output += part));
  child.stderr.on("data", (part) => (output += part));
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  const works = async () =>
    "line" in sign
      ? output.includes(sign.line)
      : (await runToEnd(["tools/image/check-health.ts", `http://127.0.0.1:${port}${sign.path}`], {})).code === 0;
  try {
    await waitUntil(works, () => child.exitCode !== null || child.signalCode !== null);
  } catch {
    child.kill("SIGKILL");
    throw new Error(`${app} never worked: ${output}`);
  }
  child.kill("SIGTERM");
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`${app} should end with 0, not with ${signal ?? code}: ${output}`);
  console.log(`${app}, secrets from files: worked, and ended by SIGTERM with 0`);
}

async function waitUntil(isSo: () => Promise<boolean>, isOver: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await isSo())) {
    if (isOver() || Date.now() > deadline) throw new Error("it never came");
    await pause(200);
  }
}

function start(args: readonly string[], env: Record<string, string>) {
  const { node, app, environment } = image;
  return spawn(node, [...args], { cwd: app, env: { ...environment, ...env }, ...IMAGE_USER });
}

async function runToEnd(args: readonly string[], env: Record<string, string>) {
  const child = start(args, env);
  let output = "";
  child.stdout.on("data", (part) => (output += part));
  child.stderr.on("data", (part) => (output += part));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
