import type { EventStatus } from "./event-status.ts";

/**
 * Whose move it is: ours (wait), the caller's (the request), the account owner's (Meta's settings), Meta's, or
 * nobody's.
 */
export type ReasonSide = "relay" | "caller" | "account_owner" | "meta" | "customer";

export interface ReasonEntry {
  readonly status: EventStatus | readonly EventStatus[];
  readonly side: ReasonSide;
  /** What happened, in one plain sentence. */
  readonly happened: string;
  /** What to do now, in one plain sentence. */
  readonly action: string;
}
