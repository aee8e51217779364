import type { Problems } from "./problem-entry.ts";

/** What an account lacks, and what Meta says of it. */
export const ACCOUNT_PROBLEMS = {
  account_not_found: {
    status: 404,
    type: "not_found",
    meaning:
      "There is no account with this id among those the API key may use. Check the id; `GET /v1/accounts` lists them.",
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
  account_not_probed: {
    status: 409,
    type: "conflict_error",
    meaning: "The account has no datasetId, so there is nothing to try out. PATCH the account first.",
  },
  token_unreadable: {
    status: 409,
    type: "conflict_error",
    meaning:
      "The account's token was encrypted with a key that is no longer in ENCRYPTION_KEYS, so Meta cannot be asked. PATCH the account with a new `accessToken`, or put the key back.",
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
} as const satisfies Problems;
