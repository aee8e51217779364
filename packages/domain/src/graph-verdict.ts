import type { EventReason } from "@capi-relay/contract";

/** Reasons that a destination, not an event, is at fault: a person has to act before anything more is sent there. */
export type PauseReason = Extract<
  EventReason,
  | "meta_token_invalid"
  | "meta_permission_missing"
  | "meta_dataset_not_accessible"
  | "meta_dataset_not_linked"
  | "meta_policy_block"
  | "meta_request_path_unknown"
>;

/** What one answer of Meta means for every event of the request. */
export type GraphVerdict =
  /** Meta counted as many as were sent. */
  | { readonly kind: "delivered" }
  /** A readable 200 that counted none. */
  | { readonly kind: "counted_none" }
  /** A readable 200 with another count than was sent; nobody knows which events it means. */
  | { readonly kind: "counted_partly" }
  /**
   * Not taken, and not the event's fault. `capped`: give up after five tries, the cause may be permanent. `waitMs`:
   * Meta wants at least this long a pause, in milliseconds; null when it named no time.
   */
  | {
      readonly kind: "retry";
      readonly reason: "meta_unavailable" | "connection_failed" | "meta_unknown_error";
      readonly capped: boolean;
      readonly waitMs: number | null;
    }
  /** The whole destination waits: `waitMs` as Meta asked, in milliseconds, or null when it named no time. */
  | { readonly kind: "throttle"; readonly waitMs: number | null }
  /** The destination is at fault: stop it, tell a person, keep its events. */
  | { readonly kind: "pause"; readonly reason: PauseReason }
  /** Refused for good. `switchesNameOff`: Meta does not take this event name on this dataset at all (2804066). */
  | { readonly kind: "reject"; readonly reason: EventReason; readonly switchesNameOff: boolean }
  /** Too old for Meta (2804003). */
  | { readonly kind: "expire" }
  /** Without a click id (2804071): nothing to attribute. */
  | { readonly kind: "skip" }
  /** The body left and the answer does not tell: Meta may hold the events. */
  | { readonly kind: "ambiguous"; readonly cause: string };

/**
 * True when one event of the request may have sunk its neighbours, so that bisecting the batch makes sense. An unknown
 * error (code 1) does not: it blames nobody, and halves would only multiply the requests.
 */
export function blamesAnEvent({ kind }: GraphVerdict): boolean {
  return kind === "reject" || kind === "expire" || kind === "skip";
}
