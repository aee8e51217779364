import type { DeliveryOutcome } from "@capi-relay/domain";
import type { Clarity } from "./destination-gate.ts";

/** What became of a passenger that went: its turn ended, or it is `stale` since somebody else had taken it. */
export type PassengerResult =
  | { readonly kind: "ended"; readonly outcome: DeliveryOutcome }
  | { readonly kind: "stale" };

/** Why an event is sent away before anything of it has left. */
export type Refusal =
  /** The destination gives unclear answers, and another event is trying it out. */
  | { readonly kind: "turned_away" }
  /** The destination lets requests hang; wait where that holds nobody up. */
  | { readonly kind: "crowded" }
  /** The account has changed since the event came here, or its time ran out; it is to be judged anew at once. */
  | { readonly kind: "outdated" }
  /** This worker stops; any other may take the event at once. */
  | { readonly kind: "dismissed" };

/** What became of an event that was to be sent. */
export type Fate = PassengerResult | Refusal;

/** One departure: what became of each of its passengers, in their order, and what it told about the destination. */
export interface DepartureReport {
  readonly results: readonly Fate[];
  readonly clarity: Clarity;
}
