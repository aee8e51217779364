import { z } from "zod";
import type { Answer } from "./answer.ts";
import { ErrorDetail } from "./api-error.ts";
import { ConversionReceipt } from "./conversion-receipt.ts";

export const MAX_BATCH_EVENTS = 1_000;

/**
 * Many conversions in one request. Each is judged by itself, so here they are anything: one bad one must not refuse the
 * rest.
 */
export const ConversionBatch = z
  .strictObject({
    events: z
      .array(z.unknown().meta({ shownAs: "ConversionRequest" }))
      .min(1)
      .max(MAX_BATCH_EVENTS)
      .describe("1 to 1,000 conversions."),
  })
  .meta({
    id: "ConversionBatch",
    description: "Up to 1,000 conversions, each judged by itself.",
    examples: [
      {
        events: [
          {
            accountId: "shop-1",
            eventName: "LeadSubmitted",
            eventId: "lead-78:LeadSubmitted",
            phoneE164: "5511987654321",
          },
        ],
      },
    ],
  });

const BatchIndex = z.int().describe("The conversion's place in the request, from 0.");

export const BatchItemReceipt = ConversionReceipt.extend({ index: BatchIndex }).meta({
  id: "BatchItemReceipt",
  description: "The receipt of one conversion of a batch.",
});

export const BatchItemError = z
  .object({
    index: BatchIndex,
    eventId: z.string().nullable().describe("As sent, if it could be read."),
    error: z
      .object({
        code: z.string().describe("As in the error the conversion would have got alone."),
        message: z.string().describe("One sentence that names the field and the fix."),
        param: z.string().nullable().describe("The field it is about."),
        details: z.array(ErrorDetail).describe("Every mistake of the conversion, up to ten."),
        retryable: z
          .boolean()
          .describe("True when the same conversion may be taken later; false when it has to be corrected first."),
      })
      .describe("Why it was refused."),
  })
  .meta({ id: "BatchItemError", description: "Why one conversion of a batch was not accepted." });

/**
 * What became of one conversion of a batch, at its place in the list: its receipt, or the error it would have got
 * alone.
 */
export type BatchItemResult = Answer<typeof BatchItemReceipt> | Answer<typeof BatchItemError>;

export const ConversionBatchResults = z
  .object({ results: z.array(z.union([BatchItemReceipt, BatchItemError])).describe("In the order of the request.") })
  .meta({ id: "ConversionBatchResults", description: "What became of each conversion of a batch." });
