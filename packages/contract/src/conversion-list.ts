import { z } from "zod";
import type { Answer } from "./answer.ts";
import { EventCounts } from "./conversion-ending.ts";
import { EventReason } from "./event-reasons.ts";
import { EVENT_STATUSES, EventStatus } from "./event-status.ts";
import { wrongMoment } from "./given-moment.ts";
import { Moment } from "./moment.ts";
import { PlainText } from "./plain-text.ts";

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
const WRONG_LIMIT = `must be a whole number from 1 to ${MAX_LIMIT}`;

function QueryMoment(description: string) {
  return z
    .union(
      [
        z
          .string()
          .regex(/^[0-9]{10,11}$/)
          .meta({ type: "integer", minimum: 1_000_000_000, maximum: 99_999_999_999 })
          .transform((seconds) => new Date(Number(seconds) * 1_000)),
        z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
      ],
      { error: wrongMoment },
    )
    .meta({ description: `${description} Whole Unix seconds, or ISO 8601 with a time zone.` });
}

/** Which conversions to list. In an address everything is text, and a filter that is not given does not narrow. */
export const ConversionListQuery = z.strictObject({
  accountId: PlainText(64).optional().describe("Without it: every account the key may use."),
  status: z
    .union(
      [z.array(EventStatus).max(EVENT_STATUSES.length), EventStatus.transform((one) => [one])],
      `must be one of ${EVENT_STATUSES.join(", ")}; repeat it for several`,
    )
    .optional()
    .describe("Repeat it for several."),
  reason: EventReason.optional(),
  eventName: PlainText(64).optional().describe("As Meta gets it, after the account's aliases."),
  eventId: PlainText(128).optional().describe("As it was sent. Finds a real event and its test, if both exist."),
  acceptedFrom: QueryMoment("Accepted at this moment or later.").optional(),
  acceptedTo: QueryMoment("Accepted before this moment.").optional(),
  limit: z
    .string()
    .regex(/^[0-9]{1,3}$/, WRONG_LIMIT)
    .meta({ type: "integer", minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, WRONG_LIMIT)
    .default(DEFAULT_LIMIT)
    .describe("How many conversions to answer, at most 200."),
  cursor: PlainText(256).optional().describe("The `nextCursor` of the page before, with the same filters."),
});
export type ConversionListQuery = z.infer<typeof ConversionListQuery>;

/** One conversion of the list. The first seven fields are those of a synchronous API. */
export const ListedConversion = z
  .object({
    timestamp: Moment("When it was last sent to Meta; until then, when it was handed in."),
    eventName: z.string().describe("As Meta gets it, after the account's aliases."),
    conversationId: z.string().nullable().describe("The one it is credited to, or was reported for."),
    ...EventCounts.shape,
    traceId: z.string().nullable().describe("Meta's `fbtrace_id` of the last try."),
    durationMs: z.number().nullable().describe("How long the last try took, in milliseconds; null before the first."),
    id: z.string().describe("Ours, as the receipt named it."),
    eventId: z.string().describe("As it was sent."),
    accountId: z.string().describe("Whose it is."),
    status: EventStatus,
    reason: EventReason.nullable(),
    explanation: z.string().describe("The reason in plain words: what happened, and what to do."),
    acceptedAt: Moment("When it was handed in."),
    endedAt: Moment("When it ended.").nullable().describe("When it ended; null while it has not."),
    value: z.number().nullable().describe("In units of the currency."),
    currency: z.string().nullable().describe("ISO 4217."),
    orderId: z.string().nullable().describe("As it was sent."),
    testCode: z.string().nullable().describe("Set when it is an event for Meta's Test events page."),
  })
  .meta({ id: "ListedConversion", description: "One conversion of the list, without personal data." });
export type ListedConversion = Answer<typeof ListedConversion>;

export const ConversionList = z
  .object({
    events: z.array(ListedConversion).describe("Newest acceptance first."),
    nextCursor: z.string().nullable().describe("For the next page; null when this is the last one."),
  })
  .meta({ id: "ConversionList", description: "A page of conversions." });
export type ConversionList = Answer<typeof ConversionList>;
