import { createHash, timingSafeEqual } from "node:crypto";

// What Meta sends is a number. The bound keeps anything that a browser could take for a page from being echoed.
const CHALLENGE = /^[A-Za-z0-9_.~+/=-]{1,256}$/;

/**
 * Meta's GET when a webhook is set up: `hub.mode=subscribe`, `hub.verify_token`, `hub.challenge`.
 * Source: Meta, "Create a webhook endpoint".
 *
 * @param query The parsed query string. A repeated parameter (a list) is not an answerable one.
 * @returns The challenge, to be sent back as the whole body with 200, or null: answer 403.
 */
export function verifySubscription(query: Readonly<Record<string, unknown>>, verifyToken: string): string | null {
  const { "hub.mode": mode, "hub.verify_token": token, "hub.challenge": challenge } = query;
  if (mode !== "subscribe" || typeof token !== "string" || typeof challenge !== "string") return null;
  if (verifyToken === "" || !timingSafeEqual(digest(token), digest(verifyToken))) return null;
  return CHALLENGE.test(challenge) ? challenge : null;
}

/** Digests have one length, which `timingSafeEqual` needs. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
