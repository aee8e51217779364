import { secretEquals } from "@capi-relay/vault";
import type { FastifyRequest } from "fastify";
import { ApiProblem } from "./api-problem.ts";

/** A hook that lets only bearers of the key pass. Compared in constant time. */
export function requireApiKey(adminApiKey: string): (request: FastifyRequest) => Promise<void> {
  return async ({ headers: { authorization } }) => {
    const presented = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (presented === undefined) throw new ApiProblem("api_key_missing");
    if (!secretEquals(presented, adminApiKey)) throw new ApiProblem("api_key_invalid");
  };
}
