const WORDS: Readonly<Record<string, string>> = {
  invalid_json: "The body was not JSON.",
  missing_field: "A required field was missing.",
  invalid_value: "A field held something it must not hold.",
  unknown_field: "A field is not known here, which is often a typing mistake.",
  contact_required: "Nothing said whose conversion it was.",
  value_required: "A Purchase had no value greater than 0.",
  currency_required: "A value had no currency.",
  event_name_refused: "Meta takes no event of this name; leads are LeadSubmitted, not Lead.",
  event_name_not_allowed: "The account does not send this event name.",
  event_name_switched_off: "The event name is switched off, because Meta refused it for the dataset.",
  event_time_in_milliseconds: "The event time was in milliseconds instead of seconds.",
  event_time_in_future: "The event time lay in the future: a clock is wrong.",
  event_time_too_old: "The conversion was older than the 7 days that Meta takes.",
  event_id_conflict: "The event id already stood for another conversion.",
  account_not_found: "There is no account of this id.",
  api_key_missing: "No API key was sent.",
  api_key_invalid: "The API key is not known here.",
  api_key_expired: "The API key has expired.",
  scope_missing: "The API key may not send conversions.",
  rate_limited: "Too many requests came within a minute; they may be sent again.",
  body_too_large: "The body was too large.",
  unsupported_media_type: "The body was not sent as application/json.",
};

/** Why a report was refused at intake, for people: one sentence. The API told its caller more. */
export function intakeWords(code: string): string {
  return Object.hasOwn(WORDS, code) ? (WORDS[code] ?? code) : `${code.replaceAll("_", " ")}.`;
}
