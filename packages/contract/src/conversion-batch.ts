import { z } from "zod";
import type { ConversionReceipt } from "./conversion-receipt.ts";

export const MAX_BATCH_EVENTS = 1_000;

/** Many conversions in one request. Each is judged by itself, so here they are anything: one bad one must not refuse the rest. */
export const ConversionBatch = z.strictObject({ events: z.array(z.unknown()).min(1).max(MAX_BATCH_EVENTS) });

/** What became of one conversion of a batch, at its place in the list: its receipt, or the error it would have got alone. */
export type BatchItemResult = {
  /** From 0. */
  readonly index: number;
} & (
  | ConversionReceipt
  | {
      /** As sent, if it could be read. */
      readonly eventId: string | null;
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly param: string | null;
        /** True when the same conversion may be taken later; false when it has to be corrected first. */
        readonly retryable: boolean;
      };
    }
);
