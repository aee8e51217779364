import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uniquePrefix } from "@capi-relay/local-services";
import { type Stack, startStack, without } from "@capi-relay/local-stack";
import type { TestProject } from "vitest/node";
import { openBrowser } from "./open-browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The whole relay, each part a process of its own, with the sandbox in Meta's place. */
    relay: Relay;
    /** Where the one Chromium of the run takes orders. */
    browser: string;
  }
}

/** What a test has to know of the relay. */
export interface Relay extends Pick<Stack, "apiUrl" | "sandboxUrl" | "secrets"> {
  readonly dashboardUrl: string;
  readonly login: { readonly user: string; readonly password: string };
}

/** Nobody who runs these tests has a real Meta, or other people's logins, in mind. */
const NOT_OURS = ["META_GRAPH_URL", "DASHBOARD_USERS", "SANDBOX_STRICT_SEEDING", "SANDBOX_LOG_FILE", "QUEUE_PREFIX"];

/** Sets the stage once per run: Redis, MongoDB, the whole relay on them, and a browser. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = await openBrowser(process.env["CHROMIUM_PATH"]);
  const dataDir = await mkdtemp(join(tmpdir(), "capi-relay-e2e-"));
  const prefix = uniquePrefix();
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const strikeStage = async (stack?: Stack) => {
    await Promise.all([browser.close(), stack?.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const stack = await startStack({
      env: without(NOT_OURS, process.env),
      dataDir,
      freePorts: true,
      database: prefix,
      overrides: { QUEUE_PREFIX: prefix, DELAY_SCALE: "0.01" },
      onProgress: say,
      onLost: ({ message }) => say(message),
    });
    const { dashboardUrl, dashboardLogin: login } = stack;
    if (dashboardUrl === null || login === null) throw new Error("the stack came up without its dashboard");
    const { apiUrl, sandboxUrl, secrets } = stack;
    project.provide("redisUrl", stack.redisUrl);
    project.provide("mongoUri", stack.mongoUri);
    project.provide("relay", { apiUrl, sandboxUrl, secrets, dashboardUrl, login });
    project.provide("browser", browser.wsEndpoint());
    return () => strikeStage(stack);
  } catch (error) {
    await strikeStage();
    throw error;
  }
}
