import type { Account } from "./account.ts";
import type { ChosenClick } from "./conversion-story.ts";
import type { ErrorDetail } from "./errors.ts";
import type { EventStatus } from "./event-status.ts";

/** What would become of an event, if it were sent now. Nothing was stored or sent. Times are ISO 8601. */
export interface ConversionCheck {
  readonly wouldAccept: boolean;
  /** All of it in one plain sentence. */
  readonly verdict: string;
  /** Where the first turn would take it; `sending` when it would leave for Meta; null for a refusal or a repeat. */
  readonly firstTurn: { readonly status: EventStatus; readonly reason: string | null } | null;
  /** What it would be refused for. */
  readonly problems: readonly ErrorDetail[];
  /** What would be accepted and yet looks wrong, in sentences. */
  readonly warnings: readonly string[];
  /** The event that has this `eventId` already. */
  readonly duplicate: {
    readonly id: string;
    readonly status: EventStatus;
    readonly samePayload: boolean;
    /** What makes it another conversion; `identity` is contact, email and external id together. */
    readonly differs: readonly ("eventName" | "value" | "currency" | "identity" | "eventTime")[];
  } | null;
  /** The ad click it would be credited to. */
  readonly click: ChosenClick | null;
  /** Until when a conversion earns credit for that click. */
  readonly clickWindow: { readonly endsAt: string; readonly secondsLeft: number } | null;
  /** Until when Meta takes an event of this time. */
  readonly eventTimeWindow: { readonly expiresAt: string; readonly secondsLeft: number } | null;
  readonly eventName: {
    readonly given: string | null;
    /** As Meta would get it; null when the account does not send it. */
    readonly sentAs: string | null;
    readonly allowed: boolean;
    /** True when Meta refused the name for this dataset. */
    readonly switchedOff: boolean;
  };
  /** Null when there is no such account. */
  readonly destination: {
    readonly state: Account["state"];
    readonly pausedReason: string | null;
    readonly explanation: string;
    readonly datasetId: string | null;
    readonly throttledUntil: string | null;
    readonly tokenAgeDays: number;
    readonly lastProbe: Account["lastProbe"];
  } | null;
}
