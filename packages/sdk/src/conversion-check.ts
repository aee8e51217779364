import type { ChosenClick } from "./conversion-story.ts";
import type { EventStatus } from "./event-status.ts";

/** What would become of an event, if it were sent now. Nothing was stored or sent. */
export interface ConversionCheck {
  readonly wouldAccept: boolean;
  readonly problems: readonly { readonly code: string; readonly param: string | null; readonly message: string }[];
  /** The event that has this `eventId` already. */
  readonly duplicate: { readonly id: string; readonly status: EventStatus; readonly samePayload: boolean } | null;
  /** The ad click it would be credited to. */
  readonly click: ChosenClick | null;
  /** Until when a conversion earns credit for that click. */
  readonly clickWindow: { readonly endsAt: string; readonly secondsLeft: number } | null;
  /** Until when Meta takes an event of this time. */
  readonly eventTimeWindow: { readonly expiresAt: string; readonly secondsLeft: number } | null;
  /** All of it in one plain sentence. */
  readonly verdict: string;
}
