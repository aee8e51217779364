import { createHash } from "node:crypto";

/** Tells tokens apart in the log without holding them. */
export function tokenFingerprint(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 12);
}
