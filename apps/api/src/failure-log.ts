import { LineLimit, type Logger } from "@capi-relay/runtime";
import { StorageUnavailable } from "@capi-relay/storage";
import type { FastifyRequest } from "fastify";
import { NOBODY } from "./access/principal.ts";
import type { ApiProblem } from "./api-problem.ts";

/** Answers that come from our state or a limit, not from what was asked: every request meets them alike. */
const OF_OUR_STATE: readonly number[] = [429, 503];
/** Between two lines about our state of one code, in milliseconds. */
const QUIET_MS = 1_000;

/**
 * Where whoever has nothing but the `requestId` of an answer finds what it was about. Nothing that the request said is
 * told. Lines about our own state are limited: an outage or a flood must not fill the log.
 */
export class FailureLog {
  readonly #log: Logger;
  readonly #limit = new LineLimit(QUIET_MS);

  constructor(log: Logger) {
    this.#log = log;
  }

  /** One line for each failure: what is ours in its own words, and a refusal as such. */
  tell(problem: ApiProblem, err: Error, request: FastifyRequest): void {
    const { id: requestId } = request;
    if (err instanceof StorageUnavailable) this.#tellOutage(err, requestId);
    else if (problem.code === "internal_error") this.#log.error({ err, requestId }, "a request failed");
    else this.tellRefusal(problem, requestId, request);
  }

  /** `request` is null where none was ever read. */
  tellRefusal(problem: ApiProblem, requestId: string, request: FastifyRequest | null): void {
    const { status, code } = problem;
    const leftOut = OF_OUR_STATE.includes(status) ? this.#limit.leftOutBefore(code) : 0;
    if (leftOut === null) return;
    const others = leftOut === 0 ? {} : { leftOut };
    const line = { requestId, status, code, param: fieldOf(problem), ...sentBy(request), ...others };
    this.#log.info(line, "request.refused");
  }

  #tellOutage(err: StorageUnavailable, requestId: string): void {
    const leftOut = this.#limit.leftOutBefore(err.code);
    if (leftOut !== null) this.#log.warn({ err, requestId, leftOut }, "the database is away");
  }
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
