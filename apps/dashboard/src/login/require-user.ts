import type { FastifyReply, FastifyRequest } from "fastify";
import { boardError } from "../board/board-error.ts";
import { type RefusalPorts, refuseProxyWord } from "./refuse-proxy-word.ts";

/**
 * Hook: people are led to the login page, programs are told; whom a proxy names wrongly is told why that does not do.
 */
export function requireUser(ports: RefusalPorts) {
  const refuseWord = refuseProxyWord(ports);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (request.user !== null) return undefined;
    // A page that brings itself up to date is loaded anew, which leads its reader to the login page.
    if (request.headers["hx-request"] === "true") return reply.code(401).header("hx-refresh", "true").send();
    const refused = await refuseWord(request, reply);
    if (refused !== undefined) return refused;
    if (request.method === "GET" && (request.headers.accept ?? "").includes("text/html"))
      return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    return reply.code(401).send(boardError("You are logged out", "Reload the page and log in again."));
  };
}
