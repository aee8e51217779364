import type { ErrorDetail } from "./errors.ts";
import { type Ending, type EventStatus, isEnding } from "./event-status.ts";

/** capi-relay has the event: it is stored, and will be sent or its ending explained. */
export interface ConversionReceipt {
  /** capi-relay's id, for `get`, `retry` and the others; the same for every repeat of the event. */
  readonly id: string;
  readonly eventId: string;
  readonly status: EventStatus;
  /** True when this `eventId` was known already: nothing is sent twice. */
  readonly duplicate: boolean;
  /** ISO 8601. After this moment nothing is sent any more. */
  readonly expiresAt: string;
  /** What differs from the first report of a duplicate, in sentences. */
  readonly warnings?: readonly string[] | undefined;
}

/** The answer of a `send` that waited, when the event ended in time. */
export interface EndedReceipt extends ConversionReceipt {
  readonly status: Ending;
  readonly reason: string | null;
  readonly platform: "metaads";
  /** 1 if Meta has counted the event, otherwise 0. */
  readonly eventsReceived: number;
  readonly eventsFailed: number;
  readonly failures: readonly {
    readonly eventIndex: number;
    readonly eventId: string;
    readonly message: string;
    readonly code: string | number;
  }[];
  /** Meta's `fbtrace_id`: what Meta's support asks for. */
  readonly traceId: string | null;
}

/** True when a `send` with `waitSeconds` came back with the ending and not just a receipt. */
export function hasEnded(receipt: ConversionReceipt | EndedReceipt): receipt is EndedReceipt {
  return "eventsReceived" in receipt && isEnding(receipt.status);
}

/** Why one event of a batch was not taken. */
export interface BatchError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  /** Every mistake of the event. */
  readonly details: readonly ErrorDetail[];
  /** True when the same event may be taken later; false when it has to be corrected first. */
  readonly retryable: boolean;
}

/** What became of one event of a batch: its receipt, or an `error`. */
export type BatchResult =
  | (ConversionReceipt & { readonly index: number; readonly error?: undefined })
  | {
      /** Its place in the list given to `sendBatch`, from 0. */
      readonly index: number;
      readonly eventId: string | null;
      readonly error: BatchError;
    };
