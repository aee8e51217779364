import { REFUSAL_SENTENCES, type RedriveRefusal } from "@capi-relay/dispatch";
import type { ProblemEntry, Problems } from "./problem-entry.ts";

/** What the ledger's state forbids, in the same words as on the board. */
const refusals = Object.fromEntries(
  Object.entries(REFUSAL_SENTENCES).map(([code, meaning]) => [code, { status: 409, type: "conflict_error", meaning }]),
) as Record<RedriveRefusal, ProblemEntry>;

/** What a conversion, or an order about one, runs into. */
export const CONVERSION_PROBLEMS = {
  contact_required: {
    status: 400,
    type: "invalid_request_error",
    meaning: "Nothing says whose conversion it is. Send conversationId, phoneE164, bsuid or ctwaClid.",
  },
  value_required: {
    status: 400,
    type: "invalid_request_error",
    meaning: "Meta takes a Purchase only with a value greater than 0.",
  },
  currency_required: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A value means nothing to Meta without its currency, an ISO 4217 code such as BRL.",
  },
  event_name_refused: {
    status: 422,
    type: "invalid_request_error",
    meaning: "Meta refuses this event name for WhatsApp (2804066). For leads the name is LeadSubmitted, not Lead.",
  },
  event_name_not_allowed: {
    status: 422,
    type: "invalid_request_error",
    meaning:
      "The account does not send this event name. Send an allowed one, or add it to the account's allowedEventNames.",
  },
  event_name_switched_off: {
    status: 422,
    type: "invalid_request_error",
    meaning:
      "Meta refused this event name for the account's dataset (2804066), so it is switched off. Once Meta takes it, PATCH the account's switchedOffEventNames.",
  },
  event_time_in_milliseconds: {
    status: 422,
    type: "invalid_request_error",
    meaning: "eventTime looks like milliseconds. Send whole seconds since 1970: divide by 1000.",
  },
  event_time_in_future: {
    status: 422,
    type: "invalid_request_error",
    meaning: "eventTime lies more than 60 seconds ahead. Check the clock of the sending machine.",
  },
  event_time_too_old: {
    status: 422,
    type: "invalid_request_error",
    meaning:
      "Meta takes no event older than 7 days, and a time is never rewritten. This conversion can no longer be reported.",
  },
  event_id_conflict: {
    status: 409,
    type: "conflict_error",
    meaning:
      "This eventId already stands for another conversion; `details` names what differs. Use one id per conversion, and the same one for a repeat.",
  },
  conversion_not_found: {
    status: 404,
    type: "not_found",
    meaning:
      "There is no conversion with this id. The id is the one the 202 answered, not the eventId: `GET /v1/whatsapp/conversions?eventId=…` finds it by the eventId.",
  },
  conversation_not_found: {
    status: 404,
    type: "not_found",
    meaning:
      "No conversation fits. It begins with the customer's first WhatsApp message after the webhook was connected.",
  },
  customer_data_unreadable: {
    status: 409,
    type: "conflict_error",
    meaning:
      "The customer's data was encrypted with a key that is no longer in ENCRYPTION_KEYS, so whose event it is cannot be corrected. Put the key back first.",
  },
  ...refusals,
} as const satisfies Problems;
