import { randomInt, randomUUID } from "node:crypto";
import type { AdClick } from "@capi-relay/domain";

export const NOW = new Date("2026-11-20T12:00:00Z");

/** A person nobody has met, at a business of its own. */
export function someone(): { wabaId: string; bsuidKey: string; phoneKey: string } {
  return { wabaId: String(randomInt(1e11, 9e11)), bsuidKey: `b${randomUUID()}`, phoneKey: `p${randomUUID()}` };
}

export function aClick(ctwaClid: string, clickedAt = NOW): AdClick {
  return { ctwaClid, clickedAt, adId: "1202", sourceUrl: "https://fb.me/x", headline: "Chat with us" };
}
