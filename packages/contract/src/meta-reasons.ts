import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons that come from Meta's answer. */
export const META_REASONS = {
  meta_token_invalid: {
    status: "held",
    side: "account_owner",
    happened: "Meta says the access token is expired, revoked or malformed.",
    action: "Store a new access token on the account; its events then go out by themselves.",
  },
  meta_permission_missing: {
    status: "held",
    side: "account_owner",
    happened: "Meta says the app or token lacks a permission for this dataset.",
    action: "Grant whatsapp_business_management and whatsapp_business_manage_events, then resume the account.",
  },
  meta_dataset_not_accessible: {
    status: "held",
    side: "account_owner",
    happened: "Meta says the dataset does not exist or the token may not use it.",
    action: "Check datasetId and give the token's system user the UPLOAD task on it, then resume the account.",
  },
  meta_dataset_not_linked: {
    status: "held",
    side: "account_owner",
    happened: "Meta says the dataset is not linked to this WhatsApp Business Account.",
    action: "Use the dataset that belongs to this WABA (POST /{waba-id}/dataset returns it), then resume the account.",
  },
  meta_clicks_all_unknown: {
    status: "held",
    side: "account_owner",
    happened:
      "Meta knew the click of none of this account's last events (2804087), so sending more would lose them too.",
    action:
      "Check that datasetId is the dataset linked to this WABA and that click ids are captured unchanged, then resume the account and retry its rejected events.",
  },
  meta_policy_block: {
    status: "held",
    side: "account_owner",
    happened: "Meta has blocked this app or account for policy reasons, for a time.",
    action: "Look at the account's quality page at Meta; resume the account when the block is over.",
  },
  meta_request_path_unknown: {
    status: "held",
    side: "relay",
    happened: "Meta does not know the request path or the Graph version.",
    action: "Check META_GRAPH_URL and META_GRAPH_VERSION, then resume the account.",
  },
  meta_unavailable: {
    status: "retry_scheduled",
    side: "meta",
    happened: "Meta answered that it has a temporary problem.",
    action: "Nothing needs to be done: it is tried again by itself.",
  },
  meta_unknown_error: {
    status: ["retry_scheduled", "failed"],
    side: "meta",
    happened: "Meta answered with an unknown error; when it repeats, a hidden misconfiguration is likely.",
    action:
      "While it is retried, nothing needs to be done; once it has failed, check the account's dataset and WABA, then retry the event.",
  },
  meta_throttled: {
    status: "retry_scheduled",
    side: "meta",
    happened: "Meta asked this account to slow down.",
    action: "Nothing needs to be done: the account waits as long as Meta asked, and no attempt is spent.",
  },
  meta_partial_count: {
    status: "outcome_unknown",
    side: "meta",
    happened: "Meta counted another number of events than were sent, and does not say which of them it has.",
    action: "Look in Events Manager, then resolve the event as delivered, resend or abandon.",
  },
  meta_invalid_event_type: {
    status: "rejected",
    side: "account_owner",
    happened: "Meta does not take this event name for WhatsApp on this dataset (2804066).",
    action: "Send one of the accepted names; for leads that is LeadSubmitted, not Lead.",
  },
  meta_counted_none: {
    status: "rejected",
    side: "meta",
    happened: "Meta answered 200 but counted no event.",
    action: "Check in Events Manager that the dataset is the one linked to this WABA.",
  },
  meta_click_unknown: {
    status: "rejected",
    side: "account_owner",
    happened: "Meta does not know this click id for this WABA and dataset.",
    action:
      "Check how the click id is captured (never trimmed, never changed) and that the dataset belongs to this WABA.",
  },
  meta_event_time_in_future: {
    status: "rejected",
    side: "caller",
    happened: "Meta says the event time lies in the future.",
    action: "Check the clocks of the order system and of this machine.",
  },
  meta_contents_invalid: {
    status: "rejected",
    side: "caller",
    happened: "Meta could not read the list of contents.",
    action: "Send contents as a list of { id, quantity, itemPrice }.",
  },
  meta_value_missing: {
    status: "rejected",
    side: "caller",
    happened: "Meta wants a value for this event.",
    action: "Send value, a number greater than 0.",
  },
  meta_currency_missing: {
    status: "rejected",
    side: "caller",
    happened: "Meta wants a currency for this event.",
    action: "Send currency as an ISO 4217 code such as BRL.",
  },
  meta_currency_unsupported: {
    status: "rejected",
    side: "caller",
    happened: "Meta does not support this currency.",
    action: "Convert the value to a currency Meta supports and correct the event.",
  },
  meta_custom_data_invalid: {
    status: "rejected",
    side: "caller",
    happened: "Meta refused a field that describes the purchase.",
    action: "Check value, currency and contents, and correct the event.",
  },
  meta_parameter_missing: {
    status: "rejected",
    side: "relay",
    happened: "Meta says a required parameter is missing.",
    action: "Report the trace id: capi-relay should not have sent this.",
  },
  meta_user_data_insufficient: {
    status: "rejected",
    side: "caller",
    happened: "Meta could not match the event with the customer data sent.",
    action: "Send email, phoneE164 or externalId with the event.",
  },
  meta_channel_missing: {
    status: "rejected",
    side: "relay",
    happened: "Meta says the messaging channel is missing.",
    action: "Report the trace id: capi-relay should not have sent this.",
  },
  meta_forbidden_user_data: {
    status: "rejected",
    side: "relay",
    happened: "Meta refused a user data field that is not allowed for messaging events.",
    action: "Report the trace id: capi-relay should not have sent this.",
  },
  meta_identity_missing: {
    status: "rejected",
    side: "account_owner",
    happened: "Meta found no WhatsApp Business Account or page it could use in the event.",
    action: "Check wabaId and datasetId of the account, then retry the event.",
  },
  meta_page_mismatch: {
    status: "rejected",
    side: "account_owner",
    happened: "Meta says the page is not the one whose ad was clicked.",
    action: "Use the dataset of the WABA, not of a page, then retry the event.",
  },
  meta_invalid_parameter: {
    status: "rejected",
    side: "caller",
    happened: "Meta refused a parameter and the relay does not know this code yet.",
    action: "Look up the code and subcode with the trace id, correct the event or the account, then retry.",
  },
} as const satisfies Record<`meta_${string}`, ReasonEntry>;
