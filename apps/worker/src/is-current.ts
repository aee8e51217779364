import type { Account } from "@capi-relay/storage";

/**
 * Whether an account as it was read some time ago still says where, with what and whether its events may leave. They
 * may have waited behind others for longer than a change may take to be heeded.
 */
export function isCurrent(before: Account, now: Account | null): boolean {
  return now !== null && (before === now || facts(before) === facts(now));
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
