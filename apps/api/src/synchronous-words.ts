import { type ConversionEnding, type EventCounts, type EventStatus, isTerminal } from "@capi-relay/contract";
import type { Progress } from "@capi-relay/storage";
import { explainStanding } from "./explain-standing.ts";

/** How an event stands in the words of a synchronous API, where one request is one event and one answer of Meta. */
export function countsOf(status: EventStatus): EventCounts {
  return {
    eventsReceived: status === "delivered" ? 1 : 0,
    eventsFailed: isTerminal(status) && status !== "delivered" ? 1 : 0,
  };
}

/** How an event ended, in the same words. */
export function endingInSynchronousWords(
  eventId: string,
  { status, reason, sandbox, attempts }: Progress,
): Pick<
  ConversionEnding,
  "platform" | "eventsReceived" | "eventsFailed" | "failures" | "traceId" | "status" | "reason"
> {
  const counts = countsOf(status);
  const last = attempts.at(-1);
  // Of an event that was cancelled, say, Meta's last words are not why it was not counted.
  const saidByMeta = status === "rejected" || status === "failed" ? (last?.subcode ?? last?.code) : null;
  const code = saidByMeta ?? reason ?? status;
  const failure = { eventIndex: 0, eventId, message: explainStanding({ status, reason, sandbox }), code };
  return {
    platform: "metaads",
    ...counts,
    failures: counts.eventsFailed === 0 ? [] : [failure],
    traceId: last?.traceId ?? null,
    status,
    reason,
  };
}
