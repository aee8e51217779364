import { z } from "zod";
import { PROBLEMS, type ProblemCode } from "../problems.ts";
import type { RouteDeclaration } from "./route-declaration.ts";

/** Everything a route can answer instead of what it was asked for, by HTTP status. */
export function problemsByStatus(route: RouteDeclaration): ReadonlyMap<number, readonly ProblemCode[]> {
  const { errors = [], neverErrors = [] } = route.schema;
  const codes = [...new Set([...errors, ...everywhere(route)])].filter((code) => !neverErrors.includes(code));
  return Map.groupBy(codes, (code) => PROBLEMS[code].status);
}

/** What no route has to say of itself, because it follows from what it takes and who may use it. */
function everywhere({ method, url, schema: { body, params }, config }: RouteDeclaration): ProblemCode[] {
  const { scope, rateLimit } = config;
  const isWebhook = url.startsWith("/v1/webhooks/");
  const mayHaveBody = method !== "GET";
  const isWorking = scope !== null || (isWebhook && mayHaveBody);
  return [
    ...when(params !== undefined, "bad_request"),
    ...when(mayHaveBody, "bad_request", "invalid_json", "request_too_slow", "body_too_large"),
    ...when(mayHaveBody, "unsupported_content_encoding"),
    ...when(mayHaveBody && !isWebhook, "forbidden_key", "unsupported_media_type"),
    ...when(body !== undefined, "invalid_value", "unknown_field"),
    ...when(body !== undefined && !isEmpty(body), "missing_field"),
    ...when(scope !== null, "api_key_missing", "api_key_invalid", "api_key_expired", "scope_missing"),
    ...when(rateLimit !== false, "rate_limited"),
    ...when(isWorking, "storage_unavailable", "overloaded", "internal_error"),
  ];
}

function when(applies: boolean, ...codes: ProblemCode[]): readonly ProblemCode[] {
  return applies ? codes : [];
}

/** A body that has no fields at all. */
function isEmpty(body: unknown): boolean {
  const inner = body instanceof z.ZodOptional ? body.unwrap() : body;
  return inner instanceof z.ZodObject && Object.keys(inner.shape).length === 0;
}
