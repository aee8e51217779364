/** One mistake of a request. */
export interface ErrorDetail {
  readonly code: string;
  readonly param: string | null;
  readonly message: string;
}

/** Codes an order system is likely to tell apart; docs/api.md of capi-relay has all of them. */
export type CapiRelayErrorCode =
  | "account_not_found"
  | "api_key_expired"
  | "api_key_invalid"
  | "api_key_missing"
  | "contact_required"
  | "conversation_not_found"
  | "conversion_not_found"
  | "currency_required"
  | "event_id_conflict"
  | "event_name_not_allowed"
  | "event_name_refused"
  | "event_name_switched_off"
  | "event_time_too_old"
  | "invalid_value"
  | "meta_refused"
  | "missing_field"
  | "rate_limited"
  | "scope_missing"
  | "storage_unavailable"
  | "unknown_field"
  | "unreadable_answer"
  | "value_required"
  | (string & {});

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly code: CapiRelayErrorCode;
  readonly param: string | null;
  readonly details: readonly ErrorDetail[];
  readonly requestId: string | null;
  readonly docUrl: string | null;
  readonly retryable: boolean;
}

/** capi-relay answered, and not with success. The message is one sentence that names the field and the fix. */
export class CapiRelayError extends Error {
  override readonly name = "CapiRelayError";
  /** The HTTP status. */
  readonly status: number;
  /** `invalid_request_error`, `authentication_error`, `conflict_error`, …; `unknown` when a proxy answered. */
  readonly type: string;
  readonly code: CapiRelayErrorCode;
  /** The field it is about. */
  readonly param: string | null;
  /** Every mistake of the request. */
  readonly details: readonly ErrorDetail[];
  /** What to quote when asking the operator of capi-relay. */
  readonly requestId: string | null;
  /** Where the code is explained. */
  readonly docUrl: string | null;
  /** True when the same call may succeed later without a change. The SDK has then retried already, as far as it may. */
  readonly retryable: boolean;

  constructor(message: string, refusal: Refusal) {
    super(message);
    this.status = refusal.status;
    this.type = refusal.type;
    this.code = refusal.code;
    this.param = refusal.param;
    this.details = refusal.details;
    this.requestId = refusal.requestId;
    this.docUrl = refusal.docUrl;
    this.retryable = refusal.retryable;
  }
}

/**
 * No answer came: no connection, a connection that broke, or silence. Sending an event again is safe: its `eventId` is
 * the same.
 */
export class RelayUnreachable extends Error {
  override readonly name = "RelayUnreachable";
  readonly retryable = true;
  /** `timeout`: nothing came in time; `network`: no connection, or a broken one. */
  readonly reason: "timeout" | "network";
  /** False when no connection was made, so that nothing can have happened. */
  readonly mayHaveArrived: boolean;

  constructor(reason: "timeout" | "network", mayHaveArrived: boolean, cause?: unknown) {
    super(SENTENCES[reason], { cause });
    this.reason = reason;
    this.mayHaveArrived = mayHaveArrived;
  }
}

const SENTENCES = {
  timeout: "capi-relay did not answer in time; check its health, or raise timeoutMs.",
  network: "capi-relay could not be reached, or the connection broke; check baseUrl and the network.",
};

/** True for an answer that was not a success; with `code`, for that one only. */
export function isCapiRelayError(error: unknown, code?: CapiRelayErrorCode): error is CapiRelayError {
  return error instanceof CapiRelayError && (code === undefined || error.code === code);
}

export function isRelayUnreachable(error: unknown): error is RelayUnreachable {
  return error instanceof RelayUnreachable;
}
