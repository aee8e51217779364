import type { Problems } from "./problem-entry.ts";

/** Who may ask for what, and how often. */
export const ACCESS_PROBLEMS = {
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
  rate_limited: {
    status: 429,
    type: "rate_limit_error",
    meaning:
      "Too many requests of this API key, or from this address, within a minute. Nothing was accepted. Send it again after `Retry-After` seconds.",
  },
  api_key_not_found: {
    status: 404,
    type: "not_found",
    meaning: "There is no API key with this id. The id begins with key_ and is not the secret.",
  },
  api_key_ended: {
    status: 409,
    type: "conflict_error",
    meaning:
      "The API key is revoked or has expired, so nothing can replace it without a gap. POST /v1/api-keys makes a new one.",
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
    meaning:
      "hub.verify_token is not the value of WHATSAPP_VERIFY_TOKEN, hub.mode is not subscribe, or hub.challenge is no plain word of up to 256 characters.",
  },
  webhook_not_configured: {
    status: 503,
    type: "platform_error",
    meaning: "WHATSAPP_APP_SECRET or WHATSAPP_VERIFY_TOKEN is not set, so nothing can be verified.",
  },
} as const satisfies Problems;
