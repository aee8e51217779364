import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";
import { makeMissingSecrets } from "../image/make-dev-secrets.ts";

const hash = async (password: string): Promise<string> => `operator:operator:hash-of-${password}`;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dev-secrets-"));
});
afterEach(() => rm(folder, { recursive: true }));

const contents = async (): Promise<Record<string, string>> => {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const)),
  );
};

describe("make-dev-secrets", () => {
  test("makes secrets that the API and the worker accept", async () => {
    await makeMissingSecrets(folder, hash);
    const stores = { MONGODB_URI: "mongodb://mongo/capi-relay", REDIS_URL: "redis://redis", NODE_ENV: "production" };
    const files = {
      ADMIN_API_KEY_FILE: join(folder, "admin-api-key"),
      ENCRYPTION_KEYS_FILE: join(folder, "encryption-keys"),
      LOOKUP_KEY_FILE: join(folder, "lookup-key"),
      WHATSAPP_VERIFY_TOKEN_FILE: join(folder, "whatsapp-verify-token"),
      WHATSAPP_APP_SECRET_FILE: join(folder, "meta-app-secret"),
      META_APP_SECRET_FILE: join(folder, "meta-app-secret"),
    };
    expect(() => readApiConfig({ ...stores, ...files })).not.toThrow();
    expect(() => readWorkerConfig({ ...stores, ...files })).not.toThrow();
  });

  test("changes nothing on the second start, and adds what is missing", async () => {
    await makeMissingSecrets(folder, hash);
    const first = await contents();
    expect(await makeMissingSecrets(folder, hash)).toEqual([]);
    await rm(join(folder, "lookup-key"));
    expect(await makeMissingSecrets(folder, hash)).toEqual(["lookup-key"]);
    const { "lookup-key": before, ...others } = first;
    const second = await contents();
    expect(second).toMatchObject(others);
    expect(second["lookup-key"]).not.toBe(before);
  });

  test("keeps a secret that somebody put there", async () => {
    await writeFile(join(folder, "admin-api-key"), "mine\n");
    await makeMissingSecrets(folder, hash);
    expect((await contents())["admin-api-key"]).toBe("mine\n");
  });

  test("two that start at once agree, and leave no drafts", async () => {
    const made = (await Promise.all([makeMissingSecrets(folder, hash), makeMissingSecrets(folder, hash)])).flat();
    expect(new Set(made).size).toBe(made.length);
    expect((await readdir(folder)).sort()).toEqual([...made].sort());
  });

  test("the dashboard's entry is made of the password that is shown", async () => {
    await writeFile(join(folder, "dashboard-password"), "chosen by hand\n");
    await makeMissingSecrets(folder, hash);
    expect((await contents())["dashboard-users"]).toBe("operator:operator:hash-of-chosen by hand\n");
  });

  test("nobody else may read them", async () => {
    for (const name of await makeMissingSecrets(folder, hash)) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    }
  });
});
