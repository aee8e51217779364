import type { EventStatus } from "@capi-relay/contract";
import { type Html, html } from "../../html.ts";

/** Statuses as people say them. */
export const STATUS_NAMES: Readonly<Record<EventStatus, string>> = {
  queued: "Queued",
  waiting_click: "Waits for a click",
  held: "Held",
  sending: "Being sent",
  retry_scheduled: "Tried again later",
  outcome_unknown: "Outcome unknown",
  delivered: "Delivered",
  rejected: "Rejected",
  failed: "Failed",
  skipped: "Skipped",
  expired: "Expired",
  cancelled: "Cancelled",
};

type Tone = "good" | "bad" | "wait" | "quiet";
const TONES: Readonly<Record<EventStatus, Tone>> = {
  queued: "wait",
  waiting_click: "wait",
  held: "bad",
  sending: "wait",
  retry_scheduled: "wait",
  outcome_unknown: "bad",
  delivered: "good",
  rejected: "bad",
  failed: "bad",
  skipped: "quiet",
  expired: "bad",
  cancelled: "quiet",
};

/** A status in its colour; the word says it to those who see none. */
export function statusMark(status: EventStatus): Html {
  return html`<span class=${`status ${TONES[status]}`}>${STATUS_NAMES[status]}</span>`;
}
