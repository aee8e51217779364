import { z } from "zod";
import { DEFAULT_EVENT_NAMES, DOCUMENTED_EVENT_NAMES } from "./event-names.ts";
import { PlainText } from "./plain-text.ts";

const MetaId = z.string().regex(/^[0-9]{5,20}$/, "must be Meta's numeric id, 5 to 20 digits");
const EventName = z.enum(DOCUMENTED_EVENT_NAMES);

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
}).refine((account) => account.datasetId !== account.wabaId, {
  path: ["datasetId"],
  error: "is the WABA id; the dataset has an id of its own (POST /{waba-id}/dataset at Meta returns it)",
});
export type AccountCreation = z.infer<typeof AccountCreation>;

export const AccountChange = AccountSettings.omit({ wabaId: true })
  .extend({
    /** Names that Meta refused here; leave one out to try it again. */
    switchedOffEventNames: z.array(EventName).max(DOCUMENTED_EVENT_NAMES.length),
  })
  .partial();
export type AccountChange = z.infer<typeof AccountChange>;

/** An account as the API shows it: everything but the token. */
export interface AccountView
  extends Omit<z.infer<typeof AccountSettings>, "accessToken" | "datasetId" | "partnerAgent"> {
  readonly id: string;
  readonly datasetId: string | null;
  readonly partnerAgent: string | null;
  readonly tokenVersion: number;
  readonly tokenUpdatedAt: string;
  readonly state: "active" | "paused";
  readonly pausedReason: string | null;
  /** Names Meta refused for the dataset; empty the list with a PATCH to try them again. */
  readonly switchedOffEventNames: readonly string[];
  readonly pausedAt: string | null;
  /** What trying the account out at Meta showed last. */
  readonly lastProbe: {
    readonly at: string;
    readonly verdict: "wired" | "accepted" | "refused" | "unclear";
    readonly reason: string | null;
  } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
