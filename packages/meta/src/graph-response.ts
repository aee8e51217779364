import type { GraphAnswer, GraphError } from "@capi-relay/domain";
import { z } from "zod";
import type { AnswerHeaders } from "./http-exchange.ts";
import { slowDownFromHeaders, waitFromHeaders } from "./usage-headers.ts";

/** Meta's texts may be long; a team that kept 300 characters lost the cause. */
const MAX_TEXT = 2_000;

/** Numbers may come as strings: proxies and older Graph versions do that. */
const Integer = z.union([z.int(), z.string().regex(/^-?[0-9]{1,15}$/)]).transform(Number);
const OptionalInteger = Integer.nullish().catch(null);
const OptionalText = z
  .string()
  .transform((text) => text.slice(0, MAX_TEXT))
  .nullish()
  .catch(null);
/** Read as generously as the numbers: taken for false, a passing trouble would end its events. */
const OptionalFlag = z
  .union([z.boolean(), z.enum(["true", "1"]), z.literal(1)])
  .transform((flag) => flag !== false)
  .nullish()
  .catch(null);
/**
 * Only what looks like one: it is written to logs, so nothing that Meta repeats of an event may pass for it. 64 hex
 * digits are what a customer's hashed e-mail address or number looks like, and no trace id of Meta's is so long.
 */
const TraceId = z
  .string()
  .regex(/^(?=.*[A-Za-z])(?![0-9A-Fa-f]{64}$)[A-Za-z0-9_+/=-]{1,64}$/)
  .nullish()
  .catch(null);

/** Only `events_received` decides; `messages` are warnings in a language of Meta's choice. */
const Success = z.object({ events_received: Integer.pipe(z.int().min(0)), fbtrace_id: TraceId });

/** Source: Meta, "Handling Errors". All but the code may be missing, and a field we cannot read counts as missing. */
const ErrorEnvelope = z.object({
  error: z.object({
    code: Integer,
    error_subcode: OptionalInteger,
    is_transient: OptionalFlag,
    error_user_title: OptionalText,
    error_user_msg: OptionalText,
    message: OptionalText,
    fbtrace_id: TraceId,
  }),
});

export interface GraphResponse {
  readonly httpStatus: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
}

/**
 * What a whole HTTP answer means. The HTTP status never turns an error envelope into a success, nor the other way
 * round.
 */
export function readGraphResponse(response: GraphResponse, now: Date): GraphAnswer {
  const { httpStatus, headers, text } = response;
  const unclear = (cause: string): GraphAnswer => ({ kind: "unclear", httpStatus, cause });
  if (httpStatus >= 300 && httpStatus < 400) return unclear("redirect");

  const json = parseJson(text);
  const refusal = readRefusal(json.value, response, now);
  const success = Success.safeParse(json.value);
  // A no of any kind beside a count: whether the events are counted, nobody knows.
  if (refusal !== null && success.success && success.data.events_received > 0) return unclear("contradictory");
  if (refusal !== null) return refusal;
  if (json.problem !== null) return unclear(json.problem);
  if (!success.success) return unclear("unexpected_shape");
  if (httpStatus !== 200) return unclear("unexpected_status");
  return {
    kind: "counted",
    httpStatus,
    eventsReceived: success.data.events_received,
    traceId: success.data.fbtrace_id ?? null,
    slowDownMs: slowDownFromHeaders(headers),
  };
}

/** Meta's no, if the answer is one: an error envelope, whatever the status, or a bare 429. */
export function readRefusal(
  json: unknown,
  { httpStatus, headers }: GraphResponse,
  now: Date,
): Extract<GraphAnswer, { kind: "refused" | "throttled" }> | null {
  const envelope = ErrorEnvelope.safeParse(json);
  if (envelope.success) {
    return { kind: "refused", httpStatus, error: graphError(envelope.data), waitMs: waitFromHeaders(headers, now) };
  }
  return httpStatus === 429 ? { kind: "throttled", httpStatus, waitMs: waitFromHeaders(headers, now) } : null;
}

function graphError({ error }: z.infer<typeof ErrorEnvelope>): GraphError {
  return {
    code: error.code,
    subcode: error.error_subcode ?? null,
    isTransient: error.is_transient ?? false,
    traceId: error.fbtrace_id ?? null,
    title: error.error_user_title ?? null,
    // `error_user_msg` names the event and the field; `message` is often just "Invalid parameter".
    message: error.error_user_msg ?? error.message ?? null,
  };
}

export function parseJson(text: string): { readonly value: unknown; readonly problem: string | null } {
  const trimmed = text.trim();
  if (trimmed === "") return { value: undefined, problem: "empty" };
  try {
    return { value: JSON.parse(trimmed), problem: null };
  } catch {
    return { value: undefined, problem: /^[{[]/.test(trimmed) ? "truncated" : "not_json" };
  }
}
