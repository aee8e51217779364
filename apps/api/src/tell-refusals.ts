import type { Logger } from "@capi-relay/runtime";
import type { FastifyRequest } from "fastify";
import { NOBODY } from "./access/principal.ts";
import type { ApiProblem } from "./api-problem.ts";
import { leftOutBefore } from "./limited-lines.ts";

/** Answers that come from our state or a limit, not from what was asked. */
const OF_OUR_STATE: readonly number[] = [429, 503];

/**
 * Where whoever has nothing but the `requestId` of an answer finds what it was about. Nothing that the request said is
 * told. `request` is null where none was ever read.
 */
export function tellRefusal(problem: ApiProblem, requestId: string, request: FastifyRequest | null, log: Logger): void {
  const { status, code } = problem;
  const leftOut = OF_OUR_STATE.includes(status) ? leftOutBefore(log, code) : 0;
  if (leftOut === null) return;
  const others = leftOut === 0 ? {} : { leftOut };
  log.info({ requestId, status, code, param: fieldOf(problem), ...sentBy(request), ...others }, "request.refused");
}

/** One line for all items of a batch: a thousand of them may be bad. */
export function tellRefusedItems(codes: readonly string[], request: FastifyRequest, log: Logger): void {
  if (codes.length === 0) return;
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  log.info({ requestId: request.id, refused: codes.length, codes: counts, ...sentBy(request) }, "batch.items_refused");
}

/** Fields that nobody knows and keys of a map are the caller's own words. */
function fieldOf({ code, param }: ApiProblem): string | null {
  return code === "unknown_field" ? null : (param?.split(".", 1)[0] ?? null);
}

/** By the pattern of the route: paths hold ids. What comes before any route has none, and no key. */
function sentBy(request: FastifyRequest | null): object {
  const principal: FastifyRequest["principal"] | undefined = request?.principal;
  return {
    method: request?.method ?? null,
    route: request?.routeOptions.url ?? null,
    keyId: principal === undefined || principal === NOBODY ? null : principal.id,
  };
}
