import type { ReasonEntry } from "./reason-entry.ts";

/** Reasons of our own: what we know, decided or could not find out. */
export const RELAY_REASONS = {
  no_click_yet: {
    status: "waiting_click",
    side: "customer",
    happened: "No ad click of this customer from before the conversion (or up to 2 minutes after it) is known yet.",
    action:
      "Nothing needs to be done: the event goes out by itself when such a click becomes known. If none ever does, check that the WhatsApp webhook reaches capi-relay.",
  },
  paused_by_operator: {
    status: "held",
    side: "relay",
    happened: "An operator paused this account.",
    action: "Resume the account; its events then go out by deadline.",
  },
  dataset_unknown: {
    status: "held",
    side: "account_owner",
    happened: "The account has no dataset id, so there is nowhere to send to.",
    action:
      "Set datasetId on the account, or let POST /v1/whatsapp/dataset find or create it; its events then go out by themselves.",
  },
  encryption_key_missing: {
    status: ["held", "retry_scheduled"],
    side: "relay",
    happened: "A key is missing from ENCRYPTION_KEYS, so the account's token or the customer's data cannot be read.",
    action:
      "Put the key back into ENCRYPTION_KEYS and restart, then resume the account if it is paused for this, or give it a new token; its events then go on by themselves.",
  },
  connection_failed: {
    status: "retry_scheduled",
    side: "meta",
    happened: "No connection to Meta could be made; nothing was sent.",
    action: "Nothing needs to be done: it is tried again by itself. If it lasts, check the network and META_GRAPH_URL.",
  },
  no_clear_answer: {
    status: ["retry_scheduled", "outcome_unknown"],
    side: "meta",
    happened: "The request left, but the answer did not say whether Meta took the event: it may have arrived.",
    action:
      "While it is retried, nothing needs to be done; if its outcome stays unknown, look in Events Manager, then resolve it as delivered, resend or abandon.",
  },
  worker_interrupted: {
    status: ["retry_scheduled", "queued", "outcome_unknown"],
    side: "relay",
    happened: "The worker stopped while the event was being sent: it may have arrived.",
    action:
      "While it is retried, nothing needs to be done; if its outcome stays unknown, look in Events Manager, then resolve it as delivered, resend or abandon.",
  },
  destination_probing: {
    status: "retry_scheduled",
    side: "meta",
    happened:
      "Meta's last answer for this account was unclear, so events go out one at a time until a clear answer comes.",
    action: "Nothing needs to be done: the event waits its turn and spends no attempt.",
  },
  neighbour_rejected: {
    status: "retry_scheduled",
    side: "meta",
    happened: "Meta refused the whole request because of another event in it.",
    action: "Nothing needs to be done: this one is tried again without its neighbours.",
  },
  retries_exhausted: {
    status: "failed",
    side: "meta",
    happened: "Every try failed until Meta's limit for the event time came too close.",
    action: "Look at the attempts for the cause; until the deadline of the event it can still be retried by hand.",
  },
  quarantined: {
    status: "failed",
    side: "relay",
    happened: "Workers died five times in a row during this event, three of them while it ran alone.",
    action: "Report it with the event id, then retry the event.",
  },
  click_window_expired: {
    status: "skipped",
    side: "customer",
    happened: "The conversion came more than 7 days after the ad click and would earn no credit.",
    action: "Nothing needs to be done; an account may choose to send such events anyway.",
  },
  no_ctwa_clid: {
    status: "skipped",
    side: "customer",
    happened:
      "No ad click of this customer from before the conversion became known in time, so there is nothing to attribute.",
    action:
      "Nothing needs to be done if the customer did not come from an ad; otherwise check that the WhatsApp webhook reaches capi-relay.",
  },
  ambiguous_contact: {
    status: "skipped",
    side: "caller",
    happened: "More than one customer fits the contact given.",
    action: "Send the conversationId or the bsuid of the customer.",
  },
  event_time_window_passed: {
    status: "expired",
    side: "relay",
    happened: "Meta's limit of 7 days after the event time passed before the first try.",
    action: "Nothing can be sent for this event any more; the event time is never rewritten.",
  },
  cancelled_by_caller: {
    status: "cancelled",
    side: "caller",
    happened: "The order system cancelled the event.",
    action: "Nothing needs to be done.",
  },
  cancelled_by_operator: {
    status: "cancelled",
    side: "relay",
    happened: "An operator cancelled the event.",
    action: "Nothing needs to be done.",
  },
  contact_erased: {
    status: "cancelled",
    side: "customer",
    happened:
      "The customer's data was erased on request before Meta had confirmed the event; nothing more of it is sent.",
    action: "Nothing needs to be done; a try that may have arrived, if there was one, stands among the attempts.",
  },
  abandoned_unknown: {
    status: "cancelled",
    side: "relay",
    happened: "An operator gave up on an event whose arrival at Meta is unknown.",
    action: "Nothing needs to be done.",
  },
} as const satisfies Record<string, ReasonEntry>;
