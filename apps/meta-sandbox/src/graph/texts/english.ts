import type { UserTexts } from "./explained-error.ts";

/** Titles as seen on the live API where a public report quotes one; the rest, and every message, are ours. */
export const ENGLISH: UserTexts = {
  event_too_old: {
    title: "Event Timestamp Too Old",
    message: "The event {event} is older than 7 days. No event of this request was processed.",
  },
  event_in_future: {
    title: "Event Timestamp In The Future",
    message: "The event {event} has a time in the future. No event of this request was processed.",
  },
  contents_invalid: {
    title: "Invalid Contents Parameter",
    message: "The contents of the event {event} must be a list of JSON objects.",
  },
  value_missing: {
    title: "Missing Value for Purchase Event",
    message: "The event {event} needs a value in custom_data.",
  },
  currency_unsupported: {
    title: "Invalid Currency For Purchase Event",
    message: "The currency {value} of the event {event} is not supported.",
  },
  parameter_missing: {
    title: "Missing Required Parameter",
    message: "{value} is required.",
  },
  channel_missing: {
    title: "Missing Messaging Channel",
    message: "The event {event} needs a messaging_channel: whatsapp, messenger or instagram.",
  },
  forbidden_user_data: {
    title: "Messaging Event Invalid Argument",
    message: "The event {event} has user_data that messaging events may not have: {value}.",
  },
  event_name_refused: {
    title: "Messaging Event Invalid Event Type",
    message: "The event name {event} is not valid for messaging events on this dataset.",
  },
  click_missing: {
    title: "Missing CTWA clid",
    message: "The event {event} needs a ctwa_clid in user_data.",
  },
  currency_missing: {
    title: "Missing Currency",
    message: "The event {event} needs a currency in custom_data.",
  },
  click_unknown: {
    title: "Messaging Event Invalid Ctwa Clid",
    message: "The ctwa_clid {value} of the event {event} is not valid for this WhatsApp Business Account.",
  },
  identity_missing: {
    title: "Missing Page or WhatsApp Business Account",
    message: "The event {event} needs a page_id or a whatsapp_business_account_id in user_data.",
  },
  waba_mismatch: {
    title: "Dataset and WhatsApp Business Account Do Not Match",
    message: "This dataset belongs to another WhatsApp Business Account than {value}.",
  },
  page_not_linked: {
    title: "No Page Associated With This Dataset",
    message: "No Page is associated with this dataset, so page_id {value} cannot be used.",
  },
  waba_not_linked: {
    title: "No WhatsApp Business Account Linked to This Dataset",
    message: "Link one by sending POST to /{whatsapp-business-account-id}/dataset, then use the dataset it returns.",
  },
};
