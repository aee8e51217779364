import type { ErrorType } from "@capi-relay/contract";
import { REFUSAL_SENTENCES, type RedriveRefusal } from "@capi-relay/dispatch";

interface ProblemEntry {
  readonly status: number;
  readonly type: ErrorType;
  /** What it means and what to do, for the page behind `docUrl`. */
  readonly meaning: string;
}

/** What the ledger's state forbids, in the same words as on the board. */
const refusals = Object.fromEntries(
  Object.entries(REFUSAL_SENTENCES).map(([code, meaning]) => [code, { status: 409, type: "conflict_error", meaning }]),
) as Record<RedriveRefusal, ProblemEntry>;

/** Every error code this API answers with. */
export const PROBLEMS = {
  invalid_json: {
    status: 400,
    type: "invalid_request_error",
    meaning: "The body is not JSON in UTF-8. Send one JSON object, encoded as UTF-8.",
  },
  forbidden_key: {
    status: 400,
    type: "invalid_request_error",
    meaning:
      "The body holds a key named __proto__, or a constructor with a prototype, which attacks use. Remove it; nothing here has that name.",
  },
  missing_field: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A required field or parameter is missing. `param` names it.",
  },
  invalid_value: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A field or parameter holds something it must not hold. `param` names it, `error` says what it must be.",
  },
  unknown_field: {
    status: 400,
    type: "invalid_request_error",
    meaning: "A field or parameter is not known here, which is often a typo. Remove it or correct its name.",
  },
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
  cursor_invalid: {
    status: 400,
    type: "invalid_request_error",
    meaning:
      "The cursor is not one of this list. Send nextCursor unchanged and with the filters of the page before, or begin again without it.",
  },
  list_too_wide: {
    status: 422,
    type: "invalid_request_error",
    meaning: "So many events have to be looked through that it took too long. Narrow acceptedFrom and acceptedTo.",
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
  body_too_large: {
    status: 413,
    type: "invalid_request_error",
    meaning: "The body is larger than this route takes: 64 KiB, but 4 MiB for a batch and a webhook.",
  },
  unsupported_media_type: {
    status: 415,
    type: "invalid_request_error",
    meaning: "Send the body as application/json.",
  },
  unsupported_content_encoding: {
    status: 415,
    type: "invalid_request_error",
    meaning: "Compressed bodies are not taken. Send the body as it is, without Content-Encoding.",
  },
  request_too_slow: {
    status: 408,
    type: "invalid_request_error",
    meaning:
      "The request did not arrive whole within 8 seconds, and nothing was accepted. Send it again; the same eventId makes that safe.",
  },
  bad_request: {
    status: 400,
    type: "invalid_request_error",
    meaning: "The request cannot be understood as HTTP or as this API.",
  },
  api_key_missing: {
    status: 401,
    type: "authentication_error",
    meaning: "Send the header `Authorization: Bearer <api key>`.",
  },
  api_key_invalid: {
    status: 401,
    type: "authentication_error",
    meaning: "The API key is not known here. It was mistyped, revoked, or belongs to another installation.",
  },
  api_key_expired: {
    status: 401,
    type: "authentication_error",
    meaning: "The API key has expired or was replaced by another. Use its successor, or have a new one made.",
  },
  scope_missing: {
    status: 403,
    type: "permission_error",
    meaning:
      "The API key lacks the scope that this route needs; `error` names it. The scopes of a key do not change: use another, or have one made with it.",
  },
  key_bound_to_accounts: {
    status: 403,
    type: "permission_error",
    meaning:
      "The API key is bound to accounts, and this needs one for all accounts: creating an account, or a key for all of them.",
  },
  webhook_signature_invalid: {
    status: 401,
    type: "authentication_error",
    meaning:
      "The signature does not fit the body. WHATSAPP_APP_SECRET must be the app secret of the app that sends the webhooks.",
  },
  webhook_verification_failed: {
    status: 403,
    type: "permission_error",
    meaning: "hub.verify_token is not the value of WHATSAPP_VERIFY_TOKEN.",
  },
  webhook_not_configured: {
    status: 503,
    type: "platform_error",
    meaning: "WHATSAPP_APP_SECRET or WHATSAPP_VERIFY_TOKEN is not set, so nothing can be verified.",
  },
  route_not_found: {
    status: 404,
    type: "not_found",
    meaning: "There is no such route. Check the path; /docs shows them all.",
  },
  method_not_allowed: {
    status: 405,
    type: "invalid_request_error",
    meaning: "The path exists, but not with this method. The header `Allow` lists those it has.",
  },
  account_not_found: {
    status: 404,
    type: "not_found",
    meaning:
      "There is no account with this id among those the API key may use. Check the id; `GET /v1/accounts` lists them.",
  },
  conversion_not_found: {
    status: 404,
    type: "not_found",
    meaning: "There is no conversion with this id. The id is the one the 202 answered, not the eventId.",
  },
  conversation_not_found: {
    status: 404,
    type: "not_found",
    meaning:
      "No conversation fits. It begins with the customer's first WhatsApp message after the webhook was connected.",
  },
  api_key_not_found: {
    status: 404,
    type: "not_found",
    meaning: "There is no API key with this id. The id begins with key_ and is not the secret.",
  },
  event_id_conflict: {
    status: 409,
    type: "conflict_error",
    meaning:
      "This eventId already stands for another conversion; `details` names what differs. Use one id per conversion, and the same one for a repeat.",
  },
  account_id_taken: {
    status: 409,
    type: "conflict_error",
    meaning: "There already is an account with this id. Change it with PATCH, or choose another id.",
  },
  waba_taken: {
    status: 409,
    type: "conflict_error",
    meaning: "Another account already has this WhatsApp Business Account. One WABA belongs to one account.",
  },
  api_key_ended: {
    status: 409,
    type: "conflict_error",
    meaning:
      "The API key is revoked or has expired, so nothing can replace it without a gap. POST /v1/api-keys makes a new one.",
  },
  ...refusals,
  event_name_switched_off: {
    status: 422,
    type: "invalid_request_error",
    meaning:
      "Meta refused this event name for the account's dataset (2804066), so it is switched off. Once Meta takes it, PATCH the account's switchedOffEventNames.",
  },
  account_not_probed: {
    status: 409,
    type: "conflict_error",
    meaning: "The account has no datasetId, so there is nothing to try out. PATCH the account first.",
  },
  dataset_under_way: {
    status: 503,
    type: "platform_error",
    meaning: "Another request is creating this account's dataset. Send the same request again in a moment.",
  },
  meta_refused: {
    status: 502,
    type: "platform_error",
    meaning:
      "Meta refused what this request needed of it. `details` names the reason, `error` says what to do about it.",
  },
  meta_unclear: {
    status: 502,
    type: "platform_error",
    meaning: "Meta gave no clear answer. Sending the same request again is safe.",
  },
  meta_away: {
    status: 503,
    type: "platform_error",
    meaning:
      "Meta cannot be reached or has a problem of its own. Send the same request again after `Retry-After` seconds.",
  },
  meta_throttled: {
    status: 503,
    type: "platform_error",
    meaning: "Meta asks this account to slow down. Send the same request again after `Retry-After` seconds.",
  },
  rate_limited: {
    status: 429,
    type: "rate_limit_error",
    meaning:
      "Too many requests of this API key, or from this address, within a minute. Nothing was accepted. Send it again after `Retry-After` seconds.",
  },
  storage_unavailable: {
    status: 503,
    type: "platform_error",
    meaning:
      "The database is away and nothing was accepted. Send the same request again; the same eventId makes that safe.",
  },
  overloaded: {
    status: 503,
    type: "platform_error",
    meaning:
      "The request took too long and may or may not have been accepted. Send it again; the same eventId makes that safe.",
  },
  internal_error: {
    status: 500,
    type: "api_error",
    meaning: "Our mistake. Nothing is lost that was answered with 202. Report the requestId.",
  },
} as const satisfies Record<string, ProblemEntry>;

export type ProblemCode = keyof typeof PROBLEMS;
