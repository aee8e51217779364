import { type AttemptView, type ConversionStory, type EventStatus, explainReason } from "@capi-relay/contract";
import type { Attempt } from "@capi-relay/domain";
import type { LedgerEvent } from "@capi-relay/storage";

/** What a status means while it needs no reason. */
const WITHOUT_REASON: Partial<Record<EventStatus, string>> = {
  queued: "The event is stored and will be sent as soon as a worker is free.",
  sending: "A worker is sending the event to Meta right now.",
  delivered: "Meta has taken the event. In Events Manager it shows up after 20 minutes to some hours.",
};

const DELIVERED_TO_SANDBOX = "The sandbox has taken the event. Nothing was sent to Meta itself.";

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
    explanation: explain(event),
    testCode: event.testCode,
    value: event.details.value,
    currency: event.details.currency,
    orderId: event.details.orderId,
    eventTime: event.eventTime.toISOString(),
    acceptedAt: event.acceptedAt.toISOString(),
    dueAt: scheduled ? event.dueAt.toISOString() : null,
    expiresAt: event.expiresAt.toISOString(),
    endedAt: event.endedAt?.toISOString() ?? null,
    click:
      event.click === null
        ? null
        : {
            conversationId: event.click.conversationId,
            adId: event.click.adId,
            clickedAt: event.click.clickedAt?.toISOString() ?? null,
            matchedBy: event.click.matchedBy,
          },
    attempts: event.attempts.map(attemptView),
    sandbox: event.sandbox,
  };
}

function explain({ status, reason, sandbox }: Pick<LedgerEvent, "status" | "reason" | "sandbox">): string {
  if (reason !== null) return explainReason(reason, { sandbox });
  if (sandbox && status === "delivered") return DELIVERED_TO_SANDBOX;
  return WITHOUT_REASON[status] ?? "";
}

function attemptView(attempt: Attempt): AttemptView {
  const { spent: _spent, metaTitle: _title, metaMessage: _message, startedAt, ...shown } = attempt;
  return { ...shown, startedAt: startedAt.toISOString() };
}
