import type { FastifyReply, FastifyRequest } from "fastify";
import { boardError } from "../board/board-error.ts";

/** Hook: people are led to the login page, programs are told. */
export async function requireUser(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (request.user !== null) return undefined;
  // A page that brings itself up to date is loaded anew, which leads its reader to the login page.
  if (request.headers["hx-request"] === "true") return reply.code(401).header("hx-refresh", "true").send();
  const asksForPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
  if (asksForPage) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
  return reply.code(401).send(boardError("You are logged out", "Reload the page and log in again."));
}
