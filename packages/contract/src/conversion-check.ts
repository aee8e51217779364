import { z } from "zod";
import { AccountView } from "./account.ts";
import type { Answer } from "./answer.ts";
import { ErrorDetail } from "./api-error.ts";
import { ChosenClickView } from "./conversion-story.ts";
import { EventReason } from "./event-reasons.ts";
import { EventStatus } from "./event-status.ts";
import { Moment } from "./moment.ts";

/** What tells two reports with one `eventId` apart; `identity` is contact, email and external id together. */
const REPORT_DIFFERENCES = ["eventName", "value", "currency", "identity", "eventTime"] as const;
export type ReportDifference = (typeof REPORT_DIFFERENCES)[number];

const SecondsLeft = (what: string) => z.int().min(0).describe(`${what}, in seconds; 0 when it has passed.`);

/** What would become of a conversion that is sent now. */
export const ConversionCheck = z
  .object({
    wouldAccept: z.boolean().describe("True when sending it would be answered 202, or 200 for a repeat."),
    verdict: z.string().describe("What would happen, in one plain sentence."),
    firstTurn: z
      .object({ status: EventStatus, reason: EventReason.nullable() })
      .nullable()
      .describe(
        "Where a worker's first turn would take it; `sending` when it would leave for Meta. Null for what would be refused, and for a repeat.",
      ),
    problems: z.array(ErrorDetail).describe("What it would be refused for; empty when it would be accepted."),
    warnings: z.array(z.string()).describe("What would be accepted and yet looks wrong. Whole sentences."),
    duplicate: z
      .object({
        id: z.string().describe("Of the first report."),
        status: EventStatus,
        samePayload: z.boolean().describe("False when the same eventId already stands for another conversion."),
        differs: z
          .array(z.enum(REPORT_DIFFERENCES))
          .describe("What makes it another conversion; `identity` is contact, email and external id together."),
      })
      .nullable()
      .describe("The first report with this eventId; null when there is none."),
    click: ChosenClickView.nullable().describe("The click it would be credited to; null when none is known."),
    clickWindow: z
      .object({
        endsAt: Moment("7 days after the click: later conversions earn no credit."),
        secondsLeft: SecondsLeft("From the conversion to that moment"),
      })
      .nullable()
      .describe("Null when no click is known, or not when it was clicked."),
    eventTimeWindow: z
      .object({
        expiresAt: Moment("After this moment nothing is sent any more."),
        secondsLeft: SecondsLeft("From now to that moment"),
      })
      .nullable()
      .describe("Null when the event's time cannot be taken."),
    eventName: z
      .object({
        given: z.string().nullable().describe("As it was sent; null for a name nobody knows, which is not repeated."),
        sentAs: z.string().nullable().describe("As Meta would get it; null when the account does not send it."),
        allowed: z.boolean().describe("True when the account sends it."),
        switchedOff: z.boolean().describe("True when Meta refused the name for this dataset (2804066)."),
      })
      .describe("What the account makes of the name."),
    destination: z
      .object({
        state: AccountView.shape.state,
        pausedReason: EventReason.nullable(),
        explanation: z.string().describe("Whether it takes events now, in plain words, and what to do."),
        datasetId: z.string().nullable(),
        throttledUntil: Moment("Meta asked for a pause until then.").nullable(),
        tokenAgeDays: z.int().describe("Whole days since the access token was stored."),
        lastProbe: AccountView.shape.lastProbe,
      })
      .nullable()
      .describe("Null when there is no such account."),
  })
  .meta({ id: "ConversionCheck", description: "What would become of a conversion if it were sent now." });
export type ConversionCheck = Answer<typeof ConversionCheck>;
