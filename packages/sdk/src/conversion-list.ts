import type { EventStatus } from "./event-status.ts";

/** Which events to list; all filters given must fit. */
export interface ConversionFilters {
  readonly accountId?: string | undefined;
  readonly status?: EventStatus | readonly EventStatus[] | undefined;
  readonly reason?: string | undefined;
  readonly eventName?: string | undefined;
  readonly eventId?: string | undefined;
  /** A Date, whole Unix seconds, or ISO 8601. */
  readonly acceptedFrom?: Date | number | string | undefined;
  readonly acceptedTo?: Date | number | string | undefined;
  /** Events per page, at most 200. */
  readonly limit?: number | undefined;
}

/** One event of the list, newest first; `conversions.get(id)` tells the rest. Times are ISO 8601. */
export interface ListedConversion {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly status: EventStatus;
  readonly reason: string | null;
  readonly explanation: string;
  /** When it was last sent to Meta; until then, when it was handed in. */
  readonly timestamp: string;
  readonly acceptedAt: string;
  readonly endedAt: string | null;
  readonly value: number | null;
  readonly currency: string | null;
  readonly orderId: string | null;
  readonly testCode: string | null;
  readonly conversationId: string | null;
  readonly eventsReceived: number;
  readonly eventsFailed: number;
  readonly traceId: string | null;
  readonly durationMs: number | null;
}

export interface ConversionPage {
  readonly events: readonly ListedConversion[];
  /** Pass it on for the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The filters as a query: repeated for several statuses, times as ISO 8601. */
export function listQuery(filters: ConversionFilters, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, given] of Object.entries(filters)) {
    for (const value of Array.isArray(given) ? given : [given]) {
      if (value !== undefined) query.append(name, value instanceof Date ? value.toISOString() : String(value));
    }
  }
  if (cursor !== null) query.set("cursor", cursor);
  return query;
}
