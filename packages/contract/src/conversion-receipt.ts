import { z } from "zod";
import type { Answer } from "./answer.ts";
import { EventStatus } from "./event-status.ts";
import { Moment } from "./moment.ts";

/**
 * What an order system gets for a conversion it handed in: 202 the first time, 200 and `duplicate: true` on a repeat.
 */
export const ConversionReceipt = z
  .object({
    id: z.string().meta({ description: "Ours. It stands in the address of the event's story.", examples: ["eQ3vJ8"] }),
    eventId: z.string().describe("As it was sent."),
    status: EventStatus,
    duplicate: z
      .boolean()
      .describe("True when this eventId was accepted before; then id and status are those of the first report."),
    expiresAt: Moment("After this moment nothing is sent any more: Meta takes no event older than 7 days."),
    warnings: z
      .array(z.string())
      .optional()
      .describe("What was accepted and yet looks wrong, or differs from the first report. Whole sentences."),
  })
  .meta({
    id: "ConversionReceipt",
    description: "A promise to deliver the conversion or to explain why not, kept from now on.",
  });
export type ConversionReceipt = Answer<typeof ConversionReceipt>;
