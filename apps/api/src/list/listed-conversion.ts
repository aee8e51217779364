import type { ListedConversion } from "@capi-relay/contract";
import type { ListedEvent } from "@capi-relay/storage";
import { explainStanding } from "../explain-standing.ts";
import { countsOf } from "../synchronous-words.ts";

/** An event as the list shows it. */
export function listedConversion(event: ListedEvent): ListedConversion {
  const { id, eventId, accountId, eventName, status, reason, testCode, acceptedAt, endedAt, details, attempts } = event;
  const last = attempts.at(-1);
  return {
    timestamp: (last?.startedAt ?? acceptedAt).toISOString(),
    eventName,
    conversationId: event.click?.conversationId ?? event.contact.conversationId,
    ...countsOf(status),
    traceId: last?.traceId ?? null,
    durationMs: last?.durationMs ?? null,
    id,
    eventId,
    accountId,
    status,
    reason,
    explanation: explainStanding(event),
    acceptedAt: acceptedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    value: details.value,
    currency: details.currency,
    orderId: details.orderId,
    testCode,
  };
}
