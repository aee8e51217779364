import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiProblem } from "../api-problem.ts";
import { ANSWER_WITHIN_MS } from "../handlers-in-time.ts";
import { inTime } from "../in-time.ts";
import { type Identified, Identities, type IdentityPorts } from "./identify.ts";
import type { KeyUses } from "./key-uses.ts";
import { NOBODY, type Principal, ROOT } from "./principal.ts";
import { keepLimits, type LimitKeeper, type RequestLimits, tooMany } from "./request-limits.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** On a public route somebody who may do nothing. */
    principal: Principal;
  }
}

export interface GuardPorts extends Omit<IdentityPorts, "requestsPerMinute"> {
  readonly limits: RequestLimits;
  readonly keyUses: Pick<KeyUses, "note">;
}

/**
 * Stands before every route: is there room for this address, whose key is it, is there room for this key, may it do
 * this? What a route takes is in its `config`: `scope`, null for everybody; `rateLimit: false` where nothing is
 * counted.
 */
export async function guard(app: FastifyInstance, ports: GuardPorts): Promise<void> {
  const identities = new Identities({ ...ports, requestsPerMinute: ports.limits.perKey });
  app.decorateRequest("principal");
  const limits = await keepLimits(app, ports.limits);

  app.addHook("onRequest", async (request, reply) => {
    request.principal = NOBODY;
    const { scope = null, rateLimit } = request.routeOptions.config;
    if (rateLimit !== false) await limits.countAddress(request, reply);
    if (scope === null) return;
    request.principal = await admit(request, identities, limits);
    if (request.principal !== ROOT) ports.keyUses.note(request.principal.id, ports.now());
    await limits.countKey(request, reply);
    if (!request.principal.can(scope)) {
      const message = `This API key lacks the scope ${scope}, which the route needs. The scopes of a key do not change: have one made with it.`;
      throw new ApiProblem("scope_missing", message);
    }
  });
}

async function admit(request: FastifyRequest, identities: Identities, limits: LimitKeeper): Promise<Principal> {
  const presented = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (presented === undefined) throw new ApiProblem("api_key_missing");
  const blockedFor = await limits.guessingBlockedFor(request);
  // The handler is bounded apart; this may wait for a look-up of its own, or for one that another request has begun.
  const identified = await inTime(
    blockedFor === null ? identities.identify(presented) : identities.identifyInUse(presented),
    ANSWER_WITHIN_MS,
  );
  if (identified.kind === "known") return identified.principal;
  if (blockedFor !== null) throw tooMany("Too many wrong API keys came from this address", blockedFor);
  await limits.countFailure(request);
  throw refusalOf(identified);
}

function refusalOf({ kind }: Exclude<Identified, { kind: "known" }>): ApiProblem {
  switch (kind) {
    case "expired":
      return new ApiProblem("api_key_expired");
    case "damaged":
      return new ApiProblem("api_key_invalid", "The API key was mistyped or cut off: its check digits do not fit.");
    case "unknown":
      return new ApiProblem("api_key_invalid");
  }
}
