import { z } from "zod";
import type { Answer } from "./answer.ts";
import { ConversionReceipt } from "./conversion-receipt.ts";
import { EventReason } from "./event-reasons.ts";

/** Why an event was not counted, as clients written for a synchronous API read it. */
export const ConversionFailure = z
  .object({
    eventIndex: z.int().describe("Always 0: one request carries one event."),
    eventId: z.string().describe("As it was sent."),
    message: z.string().describe("What happened and what to do, in plain words."),
    code: z
      .union([z.int(), z.string()])
      .describe("Meta's own number, the subcode if there is one; our reason where Meta was not asked."),
  })
  .meta({ id: "ConversionFailure", description: "Why the event was not counted." });

/** How often an event was counted, in the words of a synchronous API. */
export const EventCounts = z.object({
  eventsReceived: z.int().describe("1 when Meta has counted the event, otherwise 0."),
  eventsFailed: z.int().describe("1 when the event has ended without being counted, otherwise 0."),
});
export type EventCounts = Answer<typeof EventCounts>;

const EndingWords = z.object({
  platform: z.literal("metaads").describe("Always the same: where conversions go."),
  ...EventCounts.shape,
  failures: z.array(ConversionFailure).describe("Empty when Meta has counted the event."),
  traceId: z.string().nullable().describe("Meta's `fbtrace_id`, for its support; null when nothing was sent."),
  reason: EventReason.nullable(),
});

/** What became of a conversion whose request waited for its ending: the receipt, and Meta's answer. */
export const ConversionEnding = ConversionReceipt.extend(EndingWords.shape);
export type ConversionEnding = Answer<typeof ConversionEnding>;

/** A repeat's receipt, or an ending. One shape for both: generated clients make little of alternatives. */
export const ConversionAnswer = ConversionReceipt.extend(EndingWords.partial().shape).meta({
  id: "ConversionAnswer",
  description:
    "The receipt of a repeat; or, for a request that waited with `Prefer: wait=N`, how the conversion ended: then with `platform` and all that belongs to it.",
});
