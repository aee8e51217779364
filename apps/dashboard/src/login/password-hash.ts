import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** A password as it may be stored: the costs of its scrypt, a salt, and the key they give, both in base64url. */
export interface PasswordHash {
  /** N as a power of two. */
  readonly logCost: number;
  readonly blockSize: number;
  readonly parallel: number;
  readonly salt: string;
  readonly key: string;
}

const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** What OWASP asks of scrypt, in its variant of little memory: 32 MiB for each password being checked. */
const COSTS = { logCost: 15, blockSize: 8, parallel: 3 };
/** Weaker ones are guessed too fast; stronger ones would let a handful of logins take a gigabyte. */
const BOUNDS = { logCost: [14, 18], blockSize: [8, 16], parallel: [1, 8] } as const;

/** Dots, because `$` means a variable in env files, and `:` and `,` separate the parts of DASHBOARD_USERS. */
const FORM = /^scrypt\.(\d{2})\.(\d{1,2})\.(\d)\.([A-Za-z0-9_-]{22,86})\.([A-Za-z0-9_-]{43})$/;

/** A hash with a new salt, as `scrypt.15.8.3.<salt>.<key>`: cost exponent, block size, parallelism, and base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomWord(SALT_BYTES);
  const key = await derive(password, { ...COSTS, salt });
  const { logCost, blockSize, parallel } = COSTS;
  return ["scrypt", logCost, blockSize, parallel, salt, key.toString("base64url")].join(".");
}

/** Null when the text is not such a hash, or one of costs outside our bounds. */
export function readPasswordHash(text: string): PasswordHash | null {
  const [, logCost, blockSize, parallel, salt = "", key = ""] = FORM.exec(text) ?? [];
  const costs = { logCost: Number(logCost), blockSize: Number(blockSize), parallel: Number(parallel) };
  const inBounds = Object.entries(BOUNDS).every(([name, [least, most]]) => {
    const cost = costs[name as keyof typeof costs];
    return cost >= least && cost <= most;
  });
  return inBounds ? { ...costs, salt, key } : null;
}

export async function isPassword(password: string, hash: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, hash), Buffer.from(hash.key, "base64url"));
}

/** Takes as long to check as a real one and fits no password: for names nobody has. */
export const NOBODYS_HASH: PasswordHash = { ...COSTS, salt: randomWord(SALT_BYTES), key: randomWord(KEY_BYTES) };

function randomWord(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}

type DeriveOptions = Omit<PasswordHash, "key">;

function derive(password: string, { logCost, blockSize, parallel, salt }: DeriveOptions): Promise<Buffer> {
  const cost = 2 ** logCost;
  const options: ScryptOptions = { cost, blockSize, parallelization: parallel, maxmem: 256 * cost * blockSize };
  const saltBytes = Buffer.from(salt, "base64url");
  return new Promise((resolve, reject) => {
    // The same characters typed on another keyboard may arrive composed differently.
    const text = password.normalize("NFKC");
    scrypt(text, saltBytes, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
