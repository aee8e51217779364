import type { LedgerRow, StoredConversation } from "./ledger-row.ts";

/** Two minutes of grace between the clocks of shop and Meta. */
const CLICK_GRACE_MS = 120_000;

/** True for an event that waits for a click although one of its contact is stored: somebody has to wake it. */
export function sleepsBesideAClick(row: LedgerRow, conversations: readonly StoredConversation[]): boolean {
  if (row.status !== "waiting_click") return false;
  const { conversationId, bsuidKey, phoneKey, phoneVariantKeys } = row.contact;
  const keys = [bsuidKey, phoneKey, ...phoneVariantKeys].filter((key) => key !== null);
  return conversations.some((one) => {
    const fits = String(one._id) === conversationId || keys.some((key) => key === one.phoneKey || key === one.bsuidKey);
    return fits && one.clicks.some(({ clickedAt }) => clickedAt.getTime() <= row.eventTime.getTime() + CLICK_GRACE_MS);
  });
}
