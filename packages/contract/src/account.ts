import { z } from "zod";
import type { Answer } from "./answer.ts";
import { DEFAULT_EVENT_NAMES, DOCUMENTED_EVENT_NAMES } from "./event-names.ts";
import { EventReason } from "./event-reasons.ts";
import { Moment } from "./moment.ts";
import { PlainText } from "./plain-text.ts";

const MetaId = z.string().regex(/^[0-9]{5,20}$/, "must be Meta's numeric id, 5 to 20 digits");
const EventName = z.enum(DOCUMENTED_EVENT_NAMES);

const ProbeVerdict = z
  .enum(["wired", "accepted", "refused", "unclear"])
  .describe(
    "`wired`: token and dataset work. `accepted`: Meta took a made-up click, so the dataset may be the wrong one. `refused`: somebody has to mend what `reason` says. `unclear`: Meta did not tell.",
  );

const AccountSettings = z.strictObject({
  name: PlainText(100).describe("For people."),
  wabaId: MetaId.describe("The WhatsApp Business Account. One account each; never changes."),
  phoneNumberIds: z.array(MetaId).max(100).describe("Its phone numbers' ids at Meta."),
  datasetId: MetaId.optional().describe(
    "The dataset linked to the WABA, not the WABA id. Without one its events are held.",
  ),

  accessToken: z
    .string()
    .min(8)
    .max(4096)
    .regex(/^[\x21-\x7e]+$/, "must be one token without spaces")
    .describe("Stored encrypted, never answered."),
  allowedEventNames: z
    .array(EventName)
    .min(1)
    .max(DOCUMENTED_EVENT_NAMES.length)
    .describe("What it may send. Meta documents these; not every dataset takes all."),

  eventNameAliases: z.record(PlainText(64), EventName).describe("A name of yours to the name Meta takes."),

  unknownOutcome: z
    .union(
      [z.enum(["resend", "hold"]), z.record(PlainText(64), z.enum(["resend", "hold"]))],
      'must be "resend", "hold", or an object of event names with one of them each, e.g. { "Purchase": "hold" }',
    )
    .describe(
      "When nobody knows whether Meta took an event: send it again (at most twice), or hold it for a person. One answer for all, or one per event name.",
    ),

  outsideClickWindow: z
    .enum(["skip", "send"])
    .describe(
      "Conversions more than 7 days after their click earn no credit: leave them out, or send them all the same.",
    ),

  waitForClickHours: z
    .number()
    .min(0)
    .max(168)
    .describe("How long an event waits for a click nobody has seen yet, in hours."),

  automaticEvents: z
    .enum(["ignore", "forward"])
    .describe(
      "Leads and purchases that Meta detects in chats itself: `ignore` them, or `forward` them as conversions. Meta counts an event of its own and one of yours for the same sale twice, so forward only what no order system of yours reports.",
    ),
  partnerAgent: z
    .string()
    .min(1)
    .max(50)
    .regex(/^[A-Za-z0-9._-]+$/, "may hold letters, digits and . _ - only")
    .optional()
    .describe("Told to Meta: who sends for the advertiser."),
});

export const AccountCreation = AccountSettings.extend({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "may hold letters, digits, - and _ only, at most 64")
    .optional()
    .describe("Yours; made up if left out. Never changes."),
  phoneNumberIds: AccountSettings.shape.phoneNumberIds.default([]),
  allowedEventNames: AccountSettings.shape.allowedEventNames.default([...DEFAULT_EVENT_NAMES]),
  eventNameAliases: AccountSettings.shape.eventNameAliases.default({}),
  unknownOutcome: AccountSettings.shape.unknownOutcome.default("resend"),
  outsideClickWindow: AccountSettings.shape.outsideClickWindow.default("skip"),
  waitForClickHours: AccountSettings.shape.waitForClickHours.default(48),
  automaticEvents: AccountSettings.shape.automaticEvents.default("ignore"),
})
  .refine((account) => account.datasetId !== account.wabaId, {
    path: ["datasetId"],
    error: "is the WABA id; the dataset has an id of its own (POST /{waba-id}/dataset at Meta returns it)",
  })
  .meta({
    id: "AccountCreation",
    description: "A new account.",
    examples: [
      {
        id: "shop-1",
        name: "Shop",
        wabaId: "102290129340398",
        phoneNumberIds: ["106540352242922"],
        datasetId: "1234567890",
        accessToken: "EAAB-a-token-of-a-system-user",
      },
    ],
  });
export type AccountCreation = z.infer<typeof AccountCreation>;

export const AccountChange = AccountSettings.omit({ wabaId: true })
  .extend({
    switchedOffEventNames: z
      .array(EventName)
      .max(DOCUMENTED_EVENT_NAMES.length)
      .describe("Names that Meta refused here; leave one out to try it again."),
  })
  .partial()
  .meta({
    id: "AccountChange",
    description: "What to change; everything left out stays.",
    examples: [
      { accessToken: "EAAB-a-newer-token-of-a-system-user" },
      { allowedEventNames: ["LeadSubmitted", "Purchase"], outsideClickWindow: "send" },
    ],
  });
export type AccountChange = z.infer<typeof AccountChange>;

/** An account as the API shows it: everything but the token. */
export const AccountView = AccountSettings.omit({ accessToken: true })
  .extend({
    id: z.string().describe("The account's."),
    datasetId: z.string().nullable().describe("Null as long as none is known; its events are held."),
    partnerAgent: z.string().nullable().describe("Told to Meta: who sends for the advertiser."),
    tokenVersion: z.int().describe("Counts the tokens this account has had."),
    tokenUpdatedAt: Moment("When the token was last replaced."),
    state: z.enum(["active", "paused"]).describe("A paused account's events are held."),
    pausedReason: EventReason.nullable(),
    switchedOffEventNames: z
      .array(z.string())
      .describe("Names Meta refused for the dataset; leave one out in a PATCH to try it again."),
    pausedAt: Moment("When it was paused.").nullable().describe("When it was paused; null while it is not."),
    throttledUntil: Moment("Meta asked the account to slow down: nothing of it leaves before.")
      .nullable()
      .describe(
        "Meta asked the account to slow down: nothing of it leaves before. Null while it may send; resuming it, or a new token or dataset, ends the wait.",
      ),
    lastProbe: z
      .object({ at: Moment("When."), verdict: ProbeVerdict, reason: EventReason.nullable() })
      .nullable()
      .describe("What trying the account out at Meta showed last."),
    createdAt: Moment("When it was created."),
    updatedAt: Moment("When it was last changed."),
  })
  .strip()
  .meta({
    id: "Account",
    description: "A WhatsApp Business Account, its dataset and its settings. The token is never shown.",
  });
export type AccountView = Answer<typeof AccountView>;

export const AccountList = z
  .object({ accounts: z.array(AccountView).describe("Sorted by id.") })
  .meta({ id: "AccountList", description: "All accounts." });

/** What trying an account out at Meta with a made-up click showed. */
export const ProbeReport = z
  .object({
    verdict: ProbeVerdict,
    reason: EventReason.nullable(),
    explanation: z.string().describe("The verdict in plain words."),
    code: z.int().nullable().describe("Meta's error code."),
    subcode: z.int().nullable().describe("Meta's error subcode."),
    traceId: z.string().nullable().describe("Meta's `fbtrace_id`."),
  })
  .meta({ id: "ProbeReport", description: "What Meta answered to a made-up click." });
