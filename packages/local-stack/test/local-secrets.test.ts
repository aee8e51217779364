import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { localSecrets, secretVariables } from "../src/local-secrets.ts";
import { aFolder } from "./a-folder.ts";

test("secrets are made once per data folder, in a file for its owner only", () => {
  const folder = aFolder();
  const first = localSecrets(folder, {});
  expect(localSecrets(folder, {})).toEqual(first);
  expect(localSecrets(aFolder(), {}).ADMIN_API_KEY).not.toBe(first.ADMIN_API_KEY);
  expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("a secret of the environment is used, left to the environment, and not kept", () => {
  const folder = aFolder();
  const env = { ADMIN_API_KEY: "given-by-the-environment-of-this-test" };
  const secrets = localSecrets(folder, env);
  expect(secrets.ADMIN_API_KEY).toBe(env.ADMIN_API_KEY);
  expect(secretVariables(secrets, env)).not.toHaveProperty("ADMIN_API_KEY");
  expect(localSecrets(folder, {}).ADMIN_API_KEY).not.toBe(env.ADMIN_API_KEY);
});

test("a secret from a file is read, and never set beside its file", () => {
  const folder = aFolder();
  const file = join(folder, "key");
  writeFileSync(file, "from-a-file\n");
  const secrets = localSecrets(folder, { LOOKUP_KEY_FILE: file });
  expect(secrets.LOOKUP_KEY).toBe("from-a-file");
  expect(secretVariables(secrets, { LOOKUP_KEY_FILE: file })).not.toHaveProperty("LOOKUP_KEY");
});

test("of several app secrets the first one signs, and none of ours is added", () => {
  const env = { WHATSAPP_APP_SECRETS: "new-one, old-one" };
  const secrets = localSecrets(aFolder(), env);
  expect(secrets.WHATSAPP_APP_SECRET).toBe("new-one");
  expect(secretVariables(secrets, env)).not.toHaveProperty("WHATSAPP_APP_SECRET");
});
