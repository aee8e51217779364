const CONNECT_CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection_refused",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  ETIMEDOUT: "connect_timeout",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  UND_ERR_DESTROYED: "client_closed",
  UND_ERR_CLOSED: "client_closed",
  UND_ERR_INVALID_ARG: "invalid_request",
};

/** OpenSSL's verdicts on certificates that do not begin with CERT_ or ERR_. */
const CERTIFICATE_CODES = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$)/;

const EXCHANGE_CAUSES: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "too_large",
  UND_ERR_HEADERS_OVERFLOW: "too_large",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "truncated",
  UND_ERR_DESTROYED: "client_closed",
};

/** Why a request never began, as one fixed word: messages of errors carry addresses. */
export function connectCause(error: unknown): string {
  const code = codeOf(error);
  return CONNECT_CAUSES[code] ?? (CERTIFICATE_CODES.test(code) ? "tls" : "connect_failed");
}

/** Why a request that had begun got no whole answer, as one fixed word. */
export function exchangeCause(error: unknown, headersSeen: boolean): string {
  const code = codeOf(error);
  const known = EXCHANGE_CAUSES[code];
  if (known !== undefined) return known;
  if (error instanceof Error && error.name === "HTTPParserError") return "not_http";
  return headersSeen ? "truncated" : "connection_lost";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
