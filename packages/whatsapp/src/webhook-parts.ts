import { Bsuid, CtwaClid, PhoneE164 } from "@capi-relay/contract";
import { z } from "zod";

// Bounds of ours; Meta documents none. What is longer is left out rather than cut: half an address is worse than none.
const MAX_MESSAGE_ID = 512;
const MAX_URL = 2048;
const MAX_HEADLINE = 512;
// 3000-01-01 in seconds. Milliseconds by mistake lie far beyond.
const MAX_TIMESTAMP = 32_503_680_000;

/** Null for whatever does not fit, so that one odd field never spoils its message. */
const orNull = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null);
const digits = (min: number, max: number) => z.string().regex(new RegExp(`^[0-9]{${min},${max}}$`));

const MetaId = digits(5, 20);

/** Digits, which some gateways write with a plus or as a number. */
const WaId = z.preprocess(
  (value) => (typeof value === "number" ? String(value) : typeof value === "string" ? value.replace(/^\+/, "") : value),
  PhoneE164,
);

/** A string of Unix seconds; numbers are tolerated. Source: Meta, "Text messages webhook reference". */
const Timestamp = z.preprocess(
  (value) => (typeof value === "string" && /^[0-9]{1,11}$/.test(value) ? Number(value) : value),
  z
    .int()
    .min(1)
    .max(MAX_TIMESTAMP)
    .transform((seconds) => new Date(seconds * 1000)),
);

const WebUrl = z
  .string()
  .max(MAX_URL)
  .refine((url) => URL.canParse(url) && /^https?:\/\//i.test(url));

export const Envelope = z.object({ object: z.literal("whatsapp_business_account"), entry: z.array(z.unknown()) });
export const Entry = z.object({ id: MetaId, changes: z.array(z.unknown()) });
export const Change = z.object({ field: z.string(), value: z.unknown() });
export const AutomaticEvents = z.object({ automatic_events: z.array(z.unknown()) });

/**
 * Source: Meta, "automatic_events webhook reference". The timestamp is a number here; custom_data comes with a
 * Purchase.
 */
export const AutomaticEventPart = z.object({
  id: z.string().min(1).max(MAX_MESSAGE_ID),
  event_name: z.enum(["LeadSubmitted", "Purchase"]),
  timestamp: Timestamp,
  ctwa_clid: orNull(CtwaClid),
  custom_data: orNull(
    z.object({ value: orNull(z.number().min(0).max(1e15)), currency: orNull(z.string().min(1).max(8)) }),
  ),
});

/** Statuses arrive in the same field, in a value that has no messages. */
export const MessagesValue = z.object({
  metadata: orNull(z.object({ phone_number_id: orNull(MetaId) })),
  contacts: orNull(z.array(z.unknown())),
  messages: z.array(z.unknown()).optional(),
});

export const Contact = z.object({ wa_id: orNull(WaId), user_id: orNull(Bsuid) });
export type Contact = z.infer<typeof Contact>;

export const Referral = z.object({
  ctwa_clid: orNull(CtwaClid),
  source_id: orNull(digits(1, 32)),
  source_type: orNull(z.string()),
  source_url: orNull(WebUrl),
  headline: orNull(z.string().min(1).max(MAX_HEADLINE)),
});
export type Referral = z.infer<typeof Referral>;

export const Message = z.object({
  id: orNull(z.string().min(1).max(MAX_MESSAGE_ID)),
  from: orNull(WaId),
  from_user_id: orNull(Bsuid),
  timestamp: Timestamp,
  type: orNull(z.string()),
  /** Documented on the text page only; the first message after a click may be of any type. */
  referral: orNull(Referral),
});
