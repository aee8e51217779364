import { StorageUnavailable } from "@capi-relay/storage";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ApiProblem, errorBody } from "./api-problem.ts";
import type { FailureLog } from "./failure-log.ts";
import type { KnownPaths } from "./known-paths.ts";

/** Told to callers whose request we could not take in, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/** Every failed request is answered in one shape, and only our own sentences leave the process. */
export function answerErrors(app: FastifyInstance, paths: KnownPaths, failures: FailureLog): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply, failures));
  app.setNotFoundHandler((request, reply) => {
    const methods = paths.methodsOf(request.url);
    const problem = noSuchRoute(methods);
    failures.tellRefusal(problem, request.id, request);
    return answer(problem, request, methods.length === 0 ? reply : reply.header("allow", methods.join(", ")));
  });
}

/** For failures that come before any route or hook, too: an address that cannot be decoded. */
export function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  failures: FailureLog,
): FastifyReply {
  const isTooLarge = error.code === "FST_ERR_CTP_BODY_TOO_LARGE";
  const problem = isTooLarge ? bodyTooLarge(request.routeOptions.bodyLimit) : problemOf(error);
  failures.tell(problem, error, request);
  return answer(problem, request, reply.header("x-request-id", request.id));
}

/** @param methods What the path takes; none if there is no such path. */
function noSuchRoute(methods: readonly string[]): ApiProblem {
  if (methods.length === 0) return new ApiProblem("route_not_found");
  return new ApiProblem("method_not_allowed", `This path takes ${methods.join(", ")} only.`);
}

/** @param limit What the route takes, in bytes. */
function bodyTooLarge(limit: number): ApiProblem {
  const kib = limit / 1024;
  const size = kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
  return new ApiProblem("body_too_large", `The body is larger than the ${size} that this route takes.`);
}

function answer(problem: ApiProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const seconds = problem.retryAfterSeconds ?? (problem.status === 503 ? RETRY_AFTER_SECONDS : null);
  if (seconds !== null) reply.header("retry-after", seconds);
  return reply.code(problem.status).send(errorBody(problem, request.id));
}

/** What a request is told that failed with this error. */
export function problemOf(error: Error & { readonly code?: unknown; readonly statusCode?: number }): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof StorageUnavailable) return new ApiProblem("storage_unavailable");
  switch (error.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ApiProblem("body_too_large");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ApiProblem("unsupported_media_type");
    case "FST_ERR_CTP_INVALID_JSON_BODY":
      return new ApiProblem("invalid_json");
  }
  if (error instanceof SyntaxError) return new ApiProblem("invalid_json");
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500)
    return new ApiProblem("bad_request");
  return new ApiProblem("internal_error");
}
