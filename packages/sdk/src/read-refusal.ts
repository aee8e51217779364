import { CapiRelayError, type ErrorDetail } from "./errors.ts";

/** What a server or a proxy says when the same request may succeed later. A 500 is a mistake, and comes again. */
const PASSING_STATUSES = [408, 429, 502, 503, 504];
/** Answered 502 because it is Meta's word: a token or a permission that no second try mends. */
const LASTING_CODE = "meta_refused";

/** Turns an answer that is no success into its error, also when a proxy wrote it and it is not our JSON. */
export function readRefusal(status: number, body: unknown, requestId: string | null, baseUrl: URL): CapiRelayError {
  const { error, type, code, param, details, docUrl } = asRecord(body);
  const retryable = PASSING_STATUSES.includes(status) && code !== LASTING_CODE;
  if (typeof error !== "string" || typeof code !== "string") {
    return new CapiRelayError(strangersSentence(status, baseUrl), {
      ...{ status, type: "unknown", code: `http_${status}`, param: null, details: [], requestId, docUrl: null },
      retryable,
    });
  }
  return new CapiRelayError(error, {
    status,
    type: textOr("unknown", type),
    code,
    param: textOr(null, param),
    details: Array.isArray(details) ? details.map(readDetail) : [],
    requestId: textOr(requestId, asRecord(body)["requestId"]),
    docUrl: typeof docUrl === "string" && URL.canParse(docUrl, baseUrl.href) ? new URL(docUrl, baseUrl).href : null,
    retryable,
  });
}

/** A success whose body is no JSON: something else answers at this address. */
export function unreadableAnswer(status: number, requestId: string | null, { origin }: URL): CapiRelayError {
  return new CapiRelayError(`${origin} answered ${status} without JSON, so it is not capi-relay; check baseUrl.`, {
    ...{ status, type: "unknown", code: "unreadable_answer", param: null, details: [], requestId, docUrl: null },
    retryable: false,
  });
}

function strangersSentence(status: number, { origin }: URL): string {
  if (status < 400)
    return `${origin} answered with a redirect, which is not followed; set baseUrl to the address it leads to.`;
  return `${origin} answered ${status}, and not in capi-relay's words; check baseUrl and what stands in between.`;
}

function readDetail(detail: unknown): ErrorDetail {
  const { code, param, message } = asRecord(detail);
  return { code: textOr("unknown", code), param: textOr(null, param), message: textOr("", message) };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOr<Otherwise>(otherwise: Otherwise, value: unknown): string | Otherwise {
  return typeof value === "string" ? value : otherwise;
}
