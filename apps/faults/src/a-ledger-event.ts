import { deliveryKey } from "@capi-relay/domain";
import { anEvent } from "@capi-relay/domain/builders";
import type { LedgerEvent } from "@capi-relay/storage";

/** An event as the API would store it now, for tests that speak to the ledger directly. */
export function aLedgerEvent(accountId: string, eventId: string, changes: Partial<LedgerEvent> = {}): LedgerEvent {
  const now = new Date();
  return {
    ...anEvent({
      id: deliveryKey({ accountId, eventId }),
      accountId,
      eventId,
      eventTime: now,
      acceptedAt: now,
      dueAt: now,
      expiresAt: new Date(now.getTime() + 24 * 60 * 60 * 1_000),
    }),
    starts: 0,
    eventTimeGiven: true,
    ...changes,
  };
}
