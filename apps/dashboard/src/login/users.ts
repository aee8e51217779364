import { createHash } from "node:crypto";
import { type PasswordHash, readPasswordHash } from "./password-hash.ts";

/** A viewer sees; an operator also acts. */
const ROLES = ["viewer", "operator"] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who is let in, however that was found out. */
export interface DashboardUser {
  readonly name: string;
  readonly role: Role;
}

/** Somebody who logs in here, with a password. */
export interface PasswordUser extends DashboardUser {
  readonly passwordHash: PasswordHash;
  /** Changes with the password, so that a session begun under an old password ends. */
  readonly passwordMark: string;
}

export const USER_NAME = /^[A-Za-z0-9._@-]{1,64}$/;

/**
 * Reads `name:role:hash,name:role:hash`, as `pnpm dashboard:hash` prints them. Either every user or what is wrong, one
 * phrase per mistake; no phrase holds anything of an entry, since a misplaced comma could make a name of a secret.
 */
export function readUsers(text: string): { readonly users: PasswordUser[] } | { readonly mistakes: string[] } {
  const entries = text.split(",").map((entry) => entry.trim());
  const read = entries.map((entry, index) => readEntry(entry, index + 1));
  const users = read.filter((one) => typeof one !== "string");
  const mistakes = read.filter((one) => typeof one === "string");
  const names = users.map((user) => user.name);
  const repeated = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (repeated !== -1) mistakes.push("two entries have the same name");
  return mistakes.length > 0 ? { mistakes } : { users };
}

function readEntry(entry: string, number: number): PasswordUser | string {
  const [name = "", role = "", hash = "", ...rest] = entry.split(":");
  if (entry === "") return `entry ${number} is empty`;
  if (hash === "" || rest.length > 0) return `entry ${number} does not have three parts`;
  if (!USER_NAME.test(name)) return `entry ${number} needs a name of 1 to 64 letters, digits, or . _ @ -`;
  if (!isRole(role)) return `entry ${number} needs the role viewer or operator`;
  const passwordHash = readPasswordHash(hash);
  if (passwordHash === null) return `entry ${number} needs a hash made by pnpm dashboard:hash`;
  return { name, role, passwordHash, passwordMark: markOf(hash) };
}

export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

const markOf = (hash: string): string => createHash("sha256").update(hash).digest("base64url").slice(0, 16);
