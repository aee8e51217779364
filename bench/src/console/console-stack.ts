import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { freePort } from "@capi-relay/local-services";
import { dashboardUser, type RunningApp, startApp } from "@capi-relay/local-stack";
import { Visitor } from "./visitor.ts";

/** Where the console's processes find everything, and the secrets they share. */
export interface Surroundings {
  readonly folder: string;
  readonly mongoUri: string;
  readonly redisUrl: string;
  readonly graphUrl: string;
  readonly encryptionKeys: string;
  readonly lookupKey: string;
}

export interface RunningConsole {
  readonly app: RunningApp;
  readonly visitor: Visitor;
}

const USER = "bench";
const PASSWORD = randomBytes(18).toString("base64url");

/** The dashboard as it runs in earnest, a process of its own, and somebody logged in to it. */
export async function startDashboard(around: Surroundings, prefix: string): Promise<RunningConsole> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const app = await startApp({
    name: "dashboard",
    logDir: join(around.folder, "logs", `dashboard-${port}`),
    env: {
      ...environment(around, prefix),
      LOOKUP_KEY: around.lookupKey,
      DASHBOARD_PORT: String(port),
      DASHBOARD_USERS: await dashboardUser(USER, "operator", PASSWORD),
      SESSION_SECRET: randomBytes(33).toString("base64"),
    },
    ready: { url: `${url}/health/ready` },
  });
  return { app, visitor: await Visitor.logIn(url, USER, PASSWORD) };
}

/** A worker, whose duties count the console's figures. */
export function startWorker(around: Surroundings, prefix: string): Promise<RunningApp> {
  return startApp({
    name: "worker",
    logDir: join(around.folder, "logs", `worker-${prefix}`),
    env: environment(around, prefix),
    ready: { line: '"taking jobs"' },
  });
}

function environment(around: Surroundings, prefix: string) {
  return {
    NODE_ENV: "test",
    MONGODB_URI: around.mongoUri,
    REDIS_URL: around.redisUrl,
    QUEUE_PREFIX: prefix,
    ENCRYPTION_KEYS: around.encryptionKeys,
    META_GRAPH_URL: around.graphUrl,
  };
}
