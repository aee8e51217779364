import type { EventReason } from "./event-reasons.ts";
import type { EventStatus } from "./event-status.ts";

export type AttemptTrigger = "scheduled" | "manual" | "recovery";

/** One try at getting one event to Meta, as people see it. Times are ISO 8601. */
export interface AttemptView {
  readonly number: number;
  readonly trigger: AttemptTrigger;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Events in the same request. */
  readonly batchSize: number;
  readonly httpStatus: number | null;
  readonly code: number | null;
  readonly subcode: number | null;
  /** Meta's `fbtrace_id`: what Meta's support asks for. */
  readonly traceId: string | null;
  readonly outcome: EventStatus;
  readonly reason: EventReason | null;
  /** True when Meta may hold the event although no clean answer said so. */
  readonly mayHaveArrived: boolean;
}

/** Which click an event was credited to, and why that one. */
export interface ChosenClickView {
  readonly conversationId: string | null;
  readonly adId: string | null;
  /** ISO 8601, no later than the message that brought it; null when the request brought the click id itself. */
  readonly clickedAt: string | null;
  readonly matchedBy: "conversation_id" | "bsuid" | "phone" | "phone_variant" | "request";
}

/** The whole story of one event. Times are ISO 8601. */
export interface ConversionStory {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly status: EventStatus;
  readonly reason: EventReason | null;
  /** The reason in plain words: what happened, and what to do. */
  readonly explanation: string;
  readonly testCode: string | null;
  readonly value: number | null;
  readonly currency: string | null;
  readonly orderId: string | null;
  readonly eventTime: string;
  readonly acceptedAt: string;
  /** When it is tried next; null when it is not scheduled. */
  readonly dueAt: string | null;
  readonly expiresAt: string;
  readonly endedAt: string | null;
  readonly click: ChosenClickView | null;
  readonly attempts: readonly AttemptView[];
  /** True when the address behind META_GRAPH_URL was not Meta's own. */
  readonly sandbox: boolean;
}
