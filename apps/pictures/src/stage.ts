import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Stack, startStack, without } from "@capi-relay/local-stack";
import { seedSampleHistory } from "@capi-relay/sample-history";
import { AccountStore, MongoConnection, migrate } from "@capi-relay/storage";
import { KeyRing, LookupKeys } from "@capi-relay/vault";

/** A relay of its own, with thirty invented days behind it. */
export interface Stage extends Pick<Stack, "apiUrl" | "secrets"> {
  readonly sandboxUrl: string;
  readonly dashboardUrl: string;
  readonly login: { readonly user: string; readonly password: string };
  readonly mongo: MongoConnection;
  strike(): Promise<void>;
}

/** Nobody who stages a scene has a real Meta, real stores or other people's logins in mind. */
const NOT_OURS = ["META_GRAPH_URL", "DASHBOARD_USERS", "MONGODB_URI", "REDIS_URL", "QUEUE_PREFIX", "SANDBOX_LOG_FILE"];
const EVENTS = 12_000;
const SEED = 42;

/**
 * Starts Redis, MongoDB, sandbox, API, worker and dashboard in a folder of their own, and fills them.
 * @param history `healthy`: nothing of it needs anybody, so that a scene stands out.
 */
export async function setStage(history: "healthy" | "troubled", say: (line: string) => void): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), "capi-relay-scene-"));
  const clear = () => rm(dataDir, { recursive: true, force: true });
  let strike = clear;
  try {
    const stack = await startStack({
      env: { ...without(NOT_OURS, process.env), SANDBOX_STRICT_SEEDING: "true" },
      dataDir,
      freePorts: true,
      onProgress: say,
      onLost: ({ message }) => say(message),
    });
    strike = async () => {
      await stack.stop();
      await clear();
    };
    const { apiUrl, sandboxUrl, dashboardUrl, dashboardLogin: login, secrets } = stack;
    if (sandboxUrl === null || dashboardUrl === null || login === null)
      throw new Error("a part of the relay is missing");
    const mongo = new MongoConnection(stack.mongoUri, { appName: "capi-relay-scene" });
    strike = async () => {
      await mongo.close();
      await stack.stop();
      await clear();
    };
    const stage = { apiUrl, sandboxUrl, dashboardUrl, login, secrets, mongo, strike };
    await fill(stage, history);
    return stage;
  } catch (error) {
    await strike();
    throw error;
  }
}

async function fill({ mongo, secrets }: Stage, history: "healthy" | "troubled"): Promise<void> {
  await migrate(await mongo.connected());
  const lookupKeys = new LookupKeys(Buffer.from(secrets.LOOKUP_KEY));
  await seedSampleHistory({
    mongo,
    accounts: new AccountStore(mongo, KeyRing.parse(secrets.ENCRYPTION_KEYS)),
    count: EVENTS,
    seed: SEED,
    now: new Date(),
    phoneKeyOf: (digits) => lookupKeys.phone(digits),
    isHealthy: history === "healthy",
    onProgress: () => {},
  });
}
