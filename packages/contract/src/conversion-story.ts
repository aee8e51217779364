import { z } from "zod";
import type { Answer } from "./answer.ts";
import { EventReason } from "./event-reasons.ts";
import { EventStatus } from "./event-status.ts";
import { Moment } from "./moment.ts";

const AttemptTrigger = z.enum(["scheduled", "manual", "recovery"]);
export type AttemptTrigger = z.infer<typeof AttemptTrigger>;

/** One try at getting one event to Meta, as people see it. */
export const AttemptView = z
  .object({
    number: z.int().describe("From 1."),
    trigger: AttemptTrigger.describe(
      "Why it was made: by the schedule, because somebody asked, or after a crash of a worker.",
    ),
    startedAt: Moment("When the request was made."),
    durationMs: z.number().describe("How long it took, in milliseconds."),
    batchSize: z.int().describe("Events in the same request to Meta."),
    httpStatus: z.int().nullable().describe("Of Meta's answer; null when none came."),
    code: z.int().nullable().describe("Meta's error code."),
    subcode: z.int().nullable().describe("Meta's error subcode."),
    traceId: z.string().nullable().describe("Meta's `fbtrace_id`: what Meta's support asks for."),
    outcome: EventStatus,
    reason: EventReason.nullable(),
    mayHaveArrived: z.boolean().describe("True when Meta may hold the event although no clean answer said so."),
  })
  .meta({ id: "Attempt", description: "One try at getting the event to Meta." });
export type AttemptView = Answer<typeof AttemptView>;

/** Which click an event was credited to, and why that one. */
export const ChosenClickView = z
  .object({
    conversationId: z.string().nullable().describe("The conversation that holds the click."),
    adId: z.string().nullable().describe("Meta's id of the ad."),
    clickedAt: Moment("No later than the message that brought it.")
      .nullable()
      .describe("No later than the message that brought it; null when the request brought the click id itself."),
    matchedBy: z
      .enum(["conversation_id", "bsuid", "phone", "phone_variant", "request"])
      .describe("How its owner was found."),
  })
  .meta({ id: "ChosenClick", description: "Which click the event was credited to, and why that one." });
export type ChosenClickView = Answer<typeof ChosenClickView>;

/** The whole story of one event. */
export const ConversionStory = z
  .object({
    id: z.string().describe("Ours, as the receipt named it."),
    accountId: z.string().describe("The account that advertised."),
    eventId: z.string().describe("As it was sent."),
    eventName: z.string().describe("As Meta gets it, after the account's aliases."),
    status: EventStatus,
    reason: EventReason.nullable(),
    explanation: z.string().describe("The reason in plain words: what happened, and what to do."),
    testCode: z.string().nullable().describe("Set when it is an event for Meta's Test events page."),
    value: z.number().nullable().describe("In units of the currency."),
    currency: z.string().nullable().describe("ISO 4217."),
    orderId: z.string().nullable().describe("Yours, of the order."),
    eventTime: Moment("When the conversion happened."),
    acceptedAt: Moment("When it was handed in."),
    dueAt: Moment("When it is tried next.")
      .nullable()
      .describe("When it is tried next; null when it is not scheduled."),
    expiresAt: Moment("After this moment nothing is sent any more."),
    endedAt: Moment("When it ended.").nullable().describe("When it ended; null while it has not."),
    click: ChosenClickView.nullable(),
    attempts: z.array(AttemptView).describe("Every try so far, oldest first."),
    sandbox: z.boolean().describe("True when it went, or would have gone, to an address that is not Meta's own."),
  })
  .meta({ id: "ConversionStory", description: "Everything that became of one conversion, without personal data." });
export type ConversionStory = Answer<typeof ConversionStory>;
