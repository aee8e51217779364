import type { Account } from "@capi-relay/storage";

/**
 * Whether an account as it was read some time ago still says where, with what and whether its events may leave. They
 * may have waited behind others for longer than a change may take to be heeded.
 */
export function isCurrent(before: Account, now: Account | null): boolean {
  return now !== null && (before === now || facts(before) === facts(now));
}

/**
 * Whether more events may leave for an account for which a request has just been refused: a pause, a new token or Meta's
 * wish to wait holds what is left of it, too. What only concerns some of them is heeded at their next turn.
 */
export function mayGoOn(before: Account, now: Account | null, at: Date): boolean {
  if (now === null || now.state === "paused") return false;
  const isThrottled = now.throttledUntil !== null && now.throttledUntil > at;
  return !isThrottled && now.datasetId === before.datasetId && now.tokenVersion === before.tokenVersion;
}

/** What a departure depends on. What it learns itself, such as an unclear answer, is the queue's own business. */
function facts(account: Account): string {
  const { state, datasetId, tokenVersion, throttledUntil, switchedOffEventNames, unknownOutcome, partnerAgent } =
    account;
  return JSON.stringify([
    state,
    datasetId,
    tokenVersion,
    throttledUntil,
    switchedOffEventNames,
    unknownOutcome,
    partnerAgent,
  ]);
}
