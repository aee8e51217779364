import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

/*
 * The secrets of a local installation: made at random on the first start, kept from then on.
 *
 *   node make-dev-secrets.ts [--folder <folder>]    makes those that are missing, and names no secret: its output is kept in logs
 *   node make-dev-secrets.ts --show                 prints what a person needs, for the terminal
 */

const FOLDER = "/var/lib/capi-relay/secrets";

/** Each file is named like the variable that points to it, `ADMIN_API_KEY_FILE`, in lower case. */
const MAKERS: Readonly<Record<string, () => string>> = {
  "admin-api-key": () => randomWord(),
  "dashboard-password": () => randomBytes(15).toString("base64url"),
  "encryption-keys": () => `dev1:${randomBytes(32).toString("base64")}`,
  "lookup-key": () => randomWord(),
  "meta-app-secret": () => randomBytes(16).toString("hex"),
  "sandbox-admin-token": () => randomWord(),
  "session-secret": () => randomWord(),
  "whatsapp-verify-token": () => randomWord(),
};

function randomWord(): string {
  return randomBytes(33).toString("base64url");
}

/**
 * Makes the files that are missing and returns their names. A file that exists is never changed.
 * @param hashPassword Makes an entry of DASHBOARD_USERS for the person called `operator`.
 */
export async function makeMissingSecrets(
  folder: string,
  hashPassword: (password: string) => Promise<string>,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  for (const [name, make] of Object.entries(MAKERS)) {
    if (await placeWhole(join(folder, name), make())) made.push(name);
  }
  const users = join(folder, "dashboard-users");
  if (!(await exists(users))) {
    // Of the password that is on disk, whoever put it there.
    const password = await read(folder, "dashboard-password");
    if (await placeWhole(users, await hashPassword(password))) made.push("dashboard-users");
  }
  return made;
}

/** The dashboard's own tool makes the hash: `node apps/dashboard/src/hash-password.ts operator operator`. */
function hashByDashboard(password: string): Promise<string> {
  const tool = join(import.meta.dirname, "..", "..", "apps", "dashboard", "src", "hash-password.ts");
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [tool, "operator", "operator"], (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
    child.stdin?.end(`${password}\n`);
  });
}

/** Appears whole or not at all: a first start that is cut off leaves no empty secret behind. */
async function placeWhole(path: string, content: string): Promise<boolean> {
  if (await exists(path)) return false;
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  await writeFile(draft, `${content}\n`, { mode: 0o600, flag: "wx" });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(draft);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function read(folder: string, name: string): Promise<string> {
  return (await readFile(join(folder, name), "utf8")).trimEnd();
}

async function show(folder: string): Promise<void> {
  const secrets = {
    "admin API key": "admin-api-key",
    "dashboard password of operator": "dashboard-password",
    "sandbox admin token": "sandbox-admin-token",
    "app secret that signs webhooks": "meta-app-secret",
    "webhook verify token": "whatsapp-verify-token",
  };
  for (const [what, name] of Object.entries(secrets)) console.log(`${what.padEnd(32)}${await read(folder, name)}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { folder: { type: "string", default: FOLDER }, show: { type: "boolean", default: false } },
  });
  if (values.show) {
    await show(values.folder);
  } else {
    const made = await makeMissingSecrets(values.folder, hashByDashboard);
    console.log(made.length === 0 ? "All secrets are there." : `Made ${made.join(", ")}.`);
    console.log("To see them: docker compose run --rm secrets node tools/image/make-dev-secrets.ts --show");
  }
}
