import type { AttemptView, ChosenClickView, ConversionStory } from "@capi-relay/contract";
import type { Attempt, ChosenClick } from "@capi-relay/domain";
import type { LedgerEvent } from "@capi-relay/storage";
import { explainStanding } from "./explain-standing.ts";

/** The whole story of an event for people: no token, no hash, none of Meta's texts, which may repeat personal data. */
export function conversionStory(event: LedgerEvent): ConversionStory {
  const scheduled = event.status === "queued" || event.status === "retry_scheduled" || event.status === "waiting_click";
  return {
    id: event.id,
    accountId: event.accountId,
    eventId: event.eventId,
    eventName: event.eventName,
    status: event.status,
    reason: event.reason,
    explanation: explainStanding(event),
    testCode: event.testCode,
    value: event.details.value,
    currency: event.details.currency,
    orderId: event.details.orderId,
    eventTime: event.eventTime.toISOString(),
    acceptedAt: event.acceptedAt.toISOString(),
    dueAt: scheduled ? event.dueAt.toISOString() : null,
    expiresAt: event.expiresAt.toISOString(),
    endedAt: event.endedAt?.toISOString() ?? null,
    click: event.click === null ? null : chosenClickView(event.click),
    attempts: event.attempts.map(attemptView),
    sandbox: event.sandbox,
  };
}

/** A click for people: Meta counts the click id itself as a personal identifier, so it stays inside. */
export function chosenClickView({ conversationId, adId, clickedAt, matchedBy }: ChosenClick): ChosenClickView {
  return { conversationId, adId, clickedAt: clickedAt?.toISOString() ?? null, matchedBy };
}

function attemptView(attempt: Attempt): AttemptView {
  const { spent: _spent, metaTitle: _title, metaMessage: _message, startedAt, ...shown } = attempt;
  return { ...shown, startedAt: startedAt.toISOString() };
}
