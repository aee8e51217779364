/** The refusals that Meta explains to people, in the language of the caller. */
export type ExplainedError =
  | "event_too_old"
  | "event_in_future"
  | "contents_invalid"
  | "value_missing"
  | "currency_unsupported"
  | "parameter_missing"
  | "channel_missing"
  | "forbidden_user_data"
  | "event_name_refused"
  | "click_missing"
  | "currency_missing"
  | "click_unknown"
  | "identity_missing"
  | "waba_mismatch"
  | "page_not_linked"
  | "waba_not_linked";

/** `{event}` becomes the event's name, `{value}` the value that offended: Meta's texts echo parts of the payload. */
interface UserText {
  readonly title: string;
  readonly message: string;
}
export type UserTexts = Readonly<Record<ExplainedError, UserText>>;
