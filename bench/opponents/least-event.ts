import type { MetaEvent } from "./meta-event.ts";

/** An event as the least relay keeps it. */
export interface LeastEvent {
  /** Of the account's and the order system's own id, so that a repeat is noticed. */
  readonly _id: string;
  readonly status: "queued" | "sending" | "delivered" | "failed";
  readonly acceptedAt: Date;
  /** Whoever sends it. */
  readonly claim: string | null;
  readonly contactId: string;
  /** What Meta is told, but for the click. */
  readonly event: MetaEvent;
}
