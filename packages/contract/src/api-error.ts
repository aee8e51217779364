export const ERROR_TYPES = [
  "invalid_request_error",
  "authentication_error",
  "permission_error",
  "not_found",
  "conflict_error",
  "rate_limit_error",
  "platform_error",
  "api_error",
] as const;
export type ErrorType = (typeof ERROR_TYPES)[number];

export interface ErrorDetail {
  readonly code: string;
  readonly param: string | null;
  readonly message: string;
}

/** What every failed request is answered with. `error` is one sentence that names the field and the fix. */
export interface ApiErrorBody {
  readonly error: string;
  readonly type: ErrorType;
  readonly code: string;
  readonly param: string | null;
  readonly details: readonly ErrorDetail[];
  readonly requestId: string;
  readonly docUrl: string;
}
