import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";

const flag = (fallback: boolean) =>
  z
    .enum(["true", "false"], { error: "must be true or false" })
    .transform((text) => text === "true")
    .default(fallback);
const wholeNumber = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be a whole number from ${min} to ${max}`)
    .default(fallback);

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  SANDBOX_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/, "must be an IP address or a host name, such as 127.0.0.1")
    .default("127.0.0.1"),
  SANDBOX_PORT: wholeNumber(0, 65_535, 3002),
  SANDBOX_ADMIN_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
  SANDBOX_LOG_FILE: z.string().min(1).default(".data/sandbox/received.jsonl"),
  SANDBOX_LATENCY_MS: wholeNumber(0, 600_000, 0),
  SANDBOX_STRICT_SEEDING: flag(true),
  SANDBOX_FUTURE_TOLERANCE_MS: wholeNumber(0, 600_000, 0),
  META_APP_SECRET: z.string().min(1).optional(),
});

export interface SandboxConfig {
  readonly host: string;
  readonly port: number;
  readonly adminToken: string;
  /** True when nobody gave a token and one was made up: it has to be shown once. */
  readonly adminTokenIsNew: boolean;
  readonly logFile: string;
  readonly latencyMs: number;
  readonly strictSeeding: boolean;
  readonly futureToleranceMs: number;
  readonly appSecret: string | null;
}

/** Every mistake at once, one sentence each, without the values. */
export class SandboxConfigError extends Error {}

const NAMES = Object.keys(Environment.shape);

/** Reads the environment whole. Each variable may also come from the file that `<NAME>_FILE` names. */
export function readSandboxConfig(env: Readonly<Record<string, string | undefined>>): SandboxConfig {
  const mistakes: string[] = [];
  const read = Object.fromEntries(NAMES.map((name) => [name, readVariable(name, env, mistakes)]));
  const given = Object.entries(read).filter(([, value]) => value !== undefined && value !== "");
  const parsed = Environment.safeParse(Object.fromEntries(given));
  for (const { path, message } of parsed.error?.issues ?? []) mistakes.push(`${path.join(".")} ${message}.`);
  const production = read["NODE_ENV"] === "production";
  if (production && parsed.success && parsed.data.SANDBOX_ADMIN_TOKEN === undefined) {
    mistakes.push("SANDBOX_ADMIN_TOKEN is required when NODE_ENV is production.");
  }
  if (!parsed.success || mistakes.length > 0) throw new SandboxConfigError(mistakes.join("\n"));
  const { data } = parsed;
  return Object.freeze({
    host: data.SANDBOX_HOST,
    port: data.SANDBOX_PORT,
    adminToken: data.SANDBOX_ADMIN_TOKEN ?? randomBytes(24).toString("base64url"),
    adminTokenIsNew: data.SANDBOX_ADMIN_TOKEN === undefined,
    logFile: data.SANDBOX_LOG_FILE,
    latencyMs: data.SANDBOX_LATENCY_MS,
    strictSeeding: data.SANDBOX_STRICT_SEEDING,
    futureToleranceMs: data.SANDBOX_FUTURE_TOLERANCE_MS,
    appSecret: data.META_APP_SECRET ?? null,
  });
}

function readVariable(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  mistakes: string[],
): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === "") return env[name];
  if (env[name]) mistakes.push(`${name} and ${name}_FILE are both set; keep one.`);
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    mistakes.push(`${name}_FILE names a file that cannot be read.`);
    return undefined;
  }
}
