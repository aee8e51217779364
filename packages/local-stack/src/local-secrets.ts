import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Environment, isGiven, readVariable } from "./environment.ts";

const word = (bytes = 32) => randomBytes(bytes).toString("base64url");

/** How each secret of a machine is made. */
const MAKERS = {
  ADMIN_API_KEY: () => `cr_${word()}`,
  ENCRYPTION_KEYS: () => `local:${randomBytes(32).toString("base64")}`,
  LOOKUP_KEY: () => word(),
  WHATSAPP_VERIFY_TOKEN: () => word(18),
  WHATSAPP_APP_SECRET: () => randomBytes(16).toString("hex"),
  SESSION_SECRET: () => word(48),
  SANDBOX_ADMIN_TOKEN: () => word(24),
} as const satisfies Record<string, () => string>;

/** Ours alone: no process reads them from a variable of this name. */
const OWN_MAKERS = {
  DASHBOARD_PASSWORD: () => word(12),
  META_ACCESS_TOKEN: () => `EAA${randomBytes(24).toString("hex")}`,
} as const satisfies Record<string, () => string>;

type SecretName = keyof typeof MAKERS | keyof typeof OWN_MAKERS;
export type LocalSecrets = Readonly<Record<SecretName, string>>;

/** What the processes are to be told, beside what the environment tells them already. */
export function secretVariables(secrets: LocalSecrets, env: Environment): Record<string, string> {
  const ours = Object.keys(MAKERS).filter((name) => !isGiven(name, env));
  // Whoever lists several app secrets has said all about app secrets.
  const left = isGiven("WHATSAPP_APP_SECRETS", env) ? ours.filter((name) => name !== "WHATSAPP_APP_SECRET") : ours;
  return Object.fromEntries(left.map((name) => [name, secrets[name as SecretName]]));
}

/**
 * The secrets of this machine: those of the environment, and for the rest those made once per data folder and kept
 * there in a file that only its owner may read.
 */
export function localSecrets(dataDir: string, env: Environment): LocalSecrets {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "secrets.json");
  const kept: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const makers: Record<string, () => string> = { ...MAKERS, ...OWN_MAKERS };
  const made = Object.fromEntries(Object.entries(makers).map(([name, make]) => [name, kept[name] ?? make()]));
  if (Object.keys(made).some((name) => kept[name] === undefined)) {
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  }
  const given = Object.keys(MAKERS).map((name) => [name, readVariable(name, env)] as const);
  const [firstAppSecret] = (readVariable("WHATSAPP_APP_SECRETS", env) ?? "").split(",");
  return {
    ...made,
    ...(firstAppSecret ? { WHATSAPP_APP_SECRET: firstAppSecret.trim() } : {}),
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  } as LocalSecrets;
}
