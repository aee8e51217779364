import { randomUUID } from "node:crypto";
import { deliveryKey, type Opened } from "@capi-relay/domain";
import { anEvent } from "@capi-relay/domain/builders";
import type { LedgerEvent } from "../src/index.ts";

const MINUTE_MS = 60_000;

/** An event nobody has seen before, accepted just now, due now, with ten minutes to live. */
export function aLedgerEvent(changes: Partial<LedgerEvent> = {}): Opened<LedgerEvent> {
  const eventId = randomUUID();
  const now = new Date();
  return {
    ...anEvent({
      id: deliveryKey({ accountId: "acct42", eventId }),
      eventId,
      eventTime: now,
      acceptedAt: now,
      dueAt: now,
      expiresAt: new Date(now.getTime() + 10 * MINUTE_MS),
    }),
    starts: 0,
    eventTimeGiven: true,
    ...changes,
    personal: changes.personal ?? {},
  };
}
