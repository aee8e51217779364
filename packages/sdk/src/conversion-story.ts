import type { EventStatus } from "./event-status.ts";

/** One try at getting the event to Meta. Times are ISO 8601. */
export interface Attempt {
  readonly number: number;
  readonly trigger: "scheduled" | "manual" | "recovery";
  readonly startedAt: string;
  readonly durationMs: number;
  /** Events in the same request. */
  readonly batchSize: number;
  readonly httpStatus: number | null;
  /** Meta's error code and subcode. */
  readonly code: number | null;
  readonly subcode: number | null;
  /** Meta's `fbtrace_id`: what Meta's support asks for. */
  readonly traceId: string | null;
  readonly outcome: EventStatus;
  readonly reason: string | null;
  /** True when Meta may hold the event although no clean answer said so. */
  readonly mayHaveArrived: boolean;
}

/** Which ad click the event was credited to, and why that one. */
export interface ChosenClick {
  readonly conversationId: string | null;
  readonly adId: string | null;
  readonly clickedAt: string | null;
  readonly matchedBy: "conversation_id" | "bsuid" | "phone" | "phone_variant" | "request";
}

/** All there is to know about one event. Times are ISO 8601. */
export interface ConversionStory {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly status: EventStatus;
  readonly reason: string | null;
  /** What happened and what to do, in plain words. */
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
  readonly click: ChosenClick | null;
  readonly attempts: readonly Attempt[];
  /** True when it goes to a sandbox and not to Meta. */
  readonly sandbox: boolean;
}
