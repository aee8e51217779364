import { z } from "zod";

/** Where an event stands. One list for the ledger, the API, the dashboards and the metrics. */
export const EVENT_STATUSES = [
  "queued",
  "waiting_click",
  "held",
  "sending",
  "retry_scheduled",
  "outcome_unknown",
  "delivered",
  "rejected",
  "failed",
  "skipped",
  "expired",
  "cancelled",
] as const;
export const EventStatus = z
  .enum(EVENT_STATUSES)
  .meta({ id: "EventStatus", description: "Where an event stands. The last six of the list are endings." });
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Statuses that only an audited redrive can leave. */
export const TERMINAL_STATUSES = ["delivered", "rejected", "failed", "skipped", "expired", "cancelled"] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export function isTerminal(status: EventStatus): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly EventStatus[]).includes(status);
}
