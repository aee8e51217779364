import { hash } from "node:crypto";

/** What makes two conversions the same one. */
export interface EventIdentity {
  readonly accountId: string;
  readonly eventId: string;
  readonly testCode?: string | null | undefined;
}

/**
 * The one identity of an event: the ledger's `_id`, and with `_<generation>` behind it the BullMQ job id. 23
 * characters: an `e` and 22 of base64url, which may hold `_` itself, so split a job id at its last one.
 *
 * - A hash, because callers' ids look like `acct42:order-1042:Purchase` and BullMQ refuses ids with `:` in them.
 * - With a letter in front, because BullMQ refuses ids that are integers, and 22 digits could come up by chance.
 * - Short, because the id is most of what a job costs in Redis; 128 bits still rule a collision out.
 * - Over JSON, because joined text could be cut in two places: account `a` with `b:c` is not account `a:b` with `c`.
 * - Over whether it is a test, not over which: a test never uses up the real id, and two test codes share one.
 *
 * Meta does not deduplicate these events, so this key is the only guard against counting twice. It must never change.
 */
export function deliveryKey({ accountId, eventId, testCode }: EventIdentity): string {
  const isTest = typeof testCode === "string";
  // By way of hex: in one call, a hash costs less than half of what it costs in three.
  const digest = hash("sha256", JSON.stringify([accountId, eventId, isTest]), "hex");
  return `e${Buffer.from(digest.slice(0, 32), "hex").toString("base64url")}`;
}
