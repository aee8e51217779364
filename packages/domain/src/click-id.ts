import { createHash } from "node:crypto";

/**
 * How a click is called in answers. Meta counts the `ctwa_clid` itself as a personal identifier, so it stays inside.
 */
export function clickId(ctwaClid: string): string {
  return `c${createHash("sha256").update(ctwaClid).digest("base64url").slice(0, 22)}`;
}
