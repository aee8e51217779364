import type { FastifyReply, FastifyRequest } from "fastify";
import { boardError } from "../board/board-error.ts";

const HARMLESS = ["GET", "HEAD", "OPTIONS"];

/**
 * Hook: whatever changes something must come from our own pages. Beside the strict cookie this also guards the login
 * form, and against neighbours on the same site.
 */
export async function requireSameOrigin(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  if (HARMLESS.includes(request.method) || isFromOurPages(request)) return undefined;
  const message =
    "The request did not come from a page of this dashboard. Open the dashboard anew and try again. Behind a proxy, check that it passes the Host header on, or set TRUST_PROXY.";
  return reply.code(403).send(boardError("Request refused", message));
}

/** Browsers write both headers themselves and let no page change them; over plain http only `Origin` is sent. */
function isFromOurPages({ headers, host }: FastifyRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}
