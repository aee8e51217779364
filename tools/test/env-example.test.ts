import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";
import { ConfigError } from "../../packages/runtime/src/config-error.ts";
import { listedVariables } from "./listed-variables.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const text = readFileSync(join(ROOT, ".env.example"), "utf8");
const listed = listedVariables(text);

/** In a config.ts every variable is a property in capitals: `API_PORT: settings.API_PORT`. */
const readByApps = readdirSync(join(ROOT, "apps"))
  .map((app) => join(ROOT, "apps", app, "src", "config.ts"))
  .filter((path) => existsSync(path))
  .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)])
  .map(([, name = ""]) => name);

const hasDashboard = existsSync(join(ROOT, "apps", "dashboard", "src", "config.ts"));

/** Every line that sets something, comments included: what somebody gets who only removes the hashes. */
const uncommented = Object.fromEntries(
  [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
);

const WORKING = {
  MONGODB_URI: "mongodb://127.0.0.1:27017/capi-relay",
  REDIS_URL: "redis://127.0.0.1:6379",
  ADMIN_API_KEY: randomBytes(33).toString("base64"),
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  LOOKUP_KEY: randomBytes(33).toString("base64"),
};

function mistakesOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe(".env.example", () => {
  test("lists exactly the variables that the apps read, each once", () => {
    // What only the dashboard reads is not looked for where there is no dashboard.
    const isReadHere = (name: string) => hasDashboard || !/^(DASHBOARD_|SESSION_)/.test(name);
    expect(listed.filter(isReadHere).sort()).toEqual([...new Set(readByApps)].sort());
  });

  test("finds the variables by their spelling as well as the API itself does", () => {
    const asked = new Set<string>();
    const env = new Proxy({}, { get: (_target, name) => void asked.add(String(name)) });
    mistakesOf(() => readApiConfig(env));
    for (const name of asked) expect(readByApps).toContain(name.replace(/_FILE$/, ""));
  });

  test.each([
    ["ADMIN_API_KEY", readApiConfig],
    ["ENCRYPTION_KEYS", readApiConfig],
    ["ENCRYPTION_KEYS", readWorkerConfig],
    ["LOOKUP_KEY", readApiConfig],
    ["WHATSAPP_VERIFY_TOKEN", readApiConfig],
    ["WHATSAPP_APP_SECRET", readApiConfig],
    ["WHATSAPP_APP_SECRETS", readApiConfig],
    ["META_APP_SECRET", readWorkerConfig],
  ])("its placeholder for %s is refused by %o", (name, read) => {
    expect(() => read(WORKING)).not.toThrow();
    expect(mistakesOf(() => read({ ...WORKING, [name]: uncommented[name] }))).toContain(name);
  });

  test.each([readApiConfig, readWorkerConfig])(
    "wrong encryption keys are told with all other mistakes by %o",
    (read) => {
      const env = { ...WORKING, ENCRYPTION_KEYS: "no key", REDIS_URL: "nonsense", LOG_LEVEL: "loud" };
      const told = mistakesOf(() => read(env)).split("\n");
      expect(told.map((sentence) => sentence.split(/[: ]/)[0]).toSorted()).toEqual([
        "ENCRYPTION_KEYS",
        "LOG_LEVEL",
        "REDIS_URL",
      ]);
    },
  );

  test("no line sets a secret", () => {
    for (const [, name = ""] of text.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)) {
      expect(name).not.toMatch(/KEY|SECRET|TOKEN|USERS/);
    }
  });
});
