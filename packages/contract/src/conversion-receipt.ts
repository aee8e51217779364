import type { EventStatus } from "./event-status.ts";

/** What an order system gets for a conversion it handed in: 202 the first time, 200 and `duplicate: true` on a repeat. */
export interface ConversionReceipt {
  readonly id: string;
  readonly eventId: string;
  readonly status: EventStatus;
  readonly duplicate: boolean;
  /** ISO 8601. After this moment nothing is sent any more. */
  readonly expiresAt: string;
  readonly warnings?: readonly string[];
}
