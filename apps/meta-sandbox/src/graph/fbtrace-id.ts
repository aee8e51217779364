import { randomBytes } from "node:crypto";

/** Looks like Meta's: a letter, then 22 characters. */
export function newFbtraceId(): string {
  return `A${randomBytes(16).toString("base64url")}`;
}
