import type { ExplainedError } from "./texts/explained-error.ts";
import { type Locale, USER_TEXTS } from "./texts/user-texts.ts";

export interface GraphErrorKind {
  /** HTTP status; reports vary for some codes, these are the typical ones. */
  readonly status: number;
  readonly type: "OAuthException" | "GraphMethodException";
  readonly code: number;
  readonly subcode?: number;
  /** Never localised by Meta. `{value}` becomes what the request named. */
  readonly message: string;
  readonly isTransient?: boolean;
}

const oauth = (status: number, code: number, message: string, subcode?: number): GraphErrorKind => ({
  status,
  type: "OAuthException",
  code,
  message,
  ...(subcode === undefined ? {} : { subcode }),
});
const invalidParameter = (subcode: number): GraphErrorKind => ({
  ...oauth(400, 100, "Invalid parameter", subcode),
  isTransient: false,
});
const graphMethod = (message: string, subcode?: number): GraphErrorKind => ({
  ...oauth(400, 100, message, subcode),
  type: "GraphMethodException",
});

const EXPLAINED: Readonly<Record<ExplainedError, GraphErrorKind>> = {
  event_too_old: invalidParameter(2804003),
  event_in_future: invalidParameter(2804004),
  contents_invalid: invalidParameter(2804008),
  value_missing: invalidParameter(2804009),
  currency_unsupported: invalidParameter(2804011),
  parameter_missing: invalidParameter(2804019),
  channel_missing: invalidParameter(2804063),
  forbidden_user_data: invalidParameter(2804064),
  event_name_refused: invalidParameter(2804066),
  click_missing: invalidParameter(2804071),
  currency_missing: invalidParameter(2804081),
  click_unknown: invalidParameter(2804087),
  identity_missing: invalidParameter(2804116),
  waba_mismatch: invalidParameter(2804118),
  page_not_linked: invalidParameter(2804131),
  waba_not_linked: invalidParameter(2804132),
};

const PLAIN = {
  path_unknown: oauth(400, 2500, "Unknown path components: {value}"),
  token_needed_for_me: oauth(
    400,
    2500,
    "An active access token must be used to query information about the current user.",
  ),
  token_missing: oauth(401, 190, "An access token is required to request this resource."),
  token_unreadable: oauth(401, 190, "Invalid OAuth access token - Cannot parse access token"),
  token_expired: oauth(401, 190, "Error validating access token: Session has expired", 463),
  token_revoked: oauth(401, 190, "Error validating access token: The access token was replaced or revoked", 467),
  proof_missing: graphMethod("API calls from the server require an appsecret_proof argument"),
  proof_wrong: graphMethod("Invalid appsecret_proof provided in the API argument"),
  permission_missing: oauth(403, 200, "(#200) Permissions error"),
  permission_denied: oauth(403, 10, "(#10) Application does not have permission for this action"),
  object_unknown: graphMethod(
    "Unsupported post request. Object with ID '{value}' does not exist, cannot be loaded due to missing permissions, or does not support this operation",
    33,
  ),
  too_many_calls: oauth(
    400,
    80004,
    "(#80004) There have been too many calls to this ad-account. Wait a bit and try again.",
    2446079,
  ),
  data_invalid: oauth(400, 100, "(#100) {value}"),
  service_down: { ...oauth(500, 2, "Service temporarily unavailable"), isTransient: true },
  unknown_error: oauth(500, 1, "An unknown error occurred", 99),
  internal_error: oauth(500, 1, "The sandbox itself failed; see its standard error output"),
} as const satisfies Record<string, GraphErrorKind>;

/** Every refusal the sandbox can answer, by name. */
export const GRAPH_ERRORS: Readonly<Record<GraphErrorName, GraphErrorKind>> = { ...PLAIN, ...EXPLAINED };
export type GraphErrorName = keyof typeof PLAIN | ExplainedError;

/** Why a request is refused. Meta names the event and the field in its texts, but no position in the batch. */
export interface Refusal {
  readonly error: GraphErrorName;
  readonly eventName?: string;
  readonly value?: string;
}

export interface ErrorWording {
  readonly locale: Locale;
  readonly omitIsTransient: boolean;
}

const MAX_ECHO = 200;
const isExplained = (error: GraphErrorName): error is ExplainedError => error in EXPLAINED;

/** The JSON body of a refusal, in Meta's shape and the caller's language. */
export function graphErrorBody(refusal: Refusal, wording: ErrorWording, fbtraceId: string): { error: object } {
  const kind = GRAPH_ERRORS[refusal.error];
  const echo = (text: string): string =>
    text
      .replaceAll("{event}", () => (refusal.eventName ?? "").slice(0, MAX_ECHO))
      .replaceAll("{value}", () => (refusal.value ?? "").slice(0, MAX_ECHO));
  const text = isExplained(refusal.error) ? USER_TEXTS[wording.locale][refusal.error] : null;
  return {
    error: {
      message: echo(kind.message),
      type: kind.type,
      code: kind.code,
      ...(kind.subcode === undefined ? {} : { error_subcode: kind.subcode }),
      ...(kind.isTransient === undefined || wording.omitIsTransient ? {} : { is_transient: kind.isTransient }),
      ...(text === null ? {} : { error_user_title: echo(text.title), error_user_msg: echo(text.message) }),
      fbtrace_id: fbtraceId,
    },
  };
}
