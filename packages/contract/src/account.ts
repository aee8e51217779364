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
  name: PlainText(100),
  wabaId: MetaId,
  phoneNumberIds: z.array(MetaId).max(100),
  datasetId: MetaId.optional(),
  /** Write-only: stored encrypted, never answered. */
  accessToken: z
    .string()
    .min(8)
    .max(4096)
    .regex(/^[\x21-\x7e]+$/, "must be one token without spaces"),
  allowedEventNames: z.array(EventName).min(1).max(DOCUMENTED_EVENT_NAMES.length),
  /** The name a caller sends, mapped to the name Meta takes; empty unless the account opts in. */
  eventNameAliases: z.record(PlainText(64), EventName),
  /** What to do when nobody knows whether Meta took an event: send it again (at most twice), or ask a person. One answer for all, or one per event name. */
  unknownOutcome: z.union(
    [z.enum(["resend", "hold"]), z.record(PlainText(64), z.enum(["resend", "hold"]))],
    'must be "resend", "hold", or an object of event names with one of them each, e.g. { "Purchase": "hold" }',
  ),
  /** Conversions more than 7 days after their click earn no credit: leave them out, or send them all the same. */
  outsideClickWindow: z.enum(["skip", "send"]),
  /** How long an event waits for a click nobody has seen yet, in hours. */
  waitForClickHours: z.number().min(0).max(168),
  /** Meta's own guesses of leads and purchases: ignore them, or forward them as events. */
  automaticEvents: z.enum(["ignore", "forward"]),
  partnerAgent: z
    .string()
    .min(1)
    .max(50)
    .regex(/^[A-Za-z0-9._-]+$/, "may hold letters, digits and . _ - only")
    .optional(),
});

export const AccountCreation = AccountSettings.extend({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "may hold letters, digits, - and _ only, at most 64")
    .optional(),
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
  .meta({ id: "AccountCreation", description: "A new account." });
export type AccountCreation = z.infer<typeof AccountCreation>;

export const AccountChange = AccountSettings.omit({ wabaId: true })
  .extend({
    /** Names that Meta refused here; leave one out to try it again. */
    switchedOffEventNames: z.array(EventName).max(DOCUMENTED_EVENT_NAMES.length),
  })
  .partial()
  .meta({ id: "AccountChange", description: "What to change; everything left out stays." });
export type AccountChange = z.infer<typeof AccountChange>;

/** An account as the API shows it: everything but the token. */
export const AccountView = AccountSettings.omit({ accessToken: true })
  .extend({
    id: z.string(),
    datasetId: z.string().nullable().describe("Null as long as none is known; its events are held."),
    partnerAgent: z.string().nullable(),
    tokenVersion: z.int().describe("Counts the tokens this account has had."),
    tokenUpdatedAt: Moment("When the token was last replaced."),
    state: z.enum(["active", "paused"]),
    pausedReason: EventReason.nullable(),
    switchedOffEventNames: z
      .array(z.string())
      .describe("Names Meta refused for the dataset; leave one out in a PATCH to try it again."),
    pausedAt: Moment("When it was paused.").nullable(),
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
  .object({ accounts: z.array(AccountView) })
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
