import type { ChosenClickView } from "@capi-relay/contract";

/** The click an event is credited to, and how its owner was found. */
export interface ChosenClick {
  readonly ctwaClid: string;
  readonly conversationId: string | null;
  readonly adId: string | null;
  /** Null when the request brought the click id itself: nobody knows when it was clicked. */
  readonly clickedAt: Date | null;
  readonly matchedBy: ChosenClickView["matchedBy"];
}
