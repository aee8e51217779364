import type { FastifyReply, FastifyRequest } from "fastify";
import { boardError } from "../board/board-error.ts";
import type { ShowPage } from "../frame/page.ts";
import { html } from "../html.ts";
import type { ProxyWord } from "./proxy-login.ts";

/** Hook: people are led to the login page, programs are told; whom a proxy names wrongly is told why that does not do. */
export function requireUser({ show }: { readonly show: ShowPage }) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (request.user !== null) return undefined;
    // A page that brings itself up to date is loaded anew, which leads its reader to the login page.
    if (request.headers["hx-request"] === "true") return reply.code(401).header("hx-refresh", "true").send();
    const asksForPage = request.method === "GET" && (request.headers.accept ?? "").includes("text/html");
    const refusal = refusalOf(request.proxyWord);
    if (refusal !== null) {
      if (!asksForPage) return reply.code(403).send(boardError("Not allowed", refusal));
      return show(reply, { title: "Not allowed", body: html`<h1>You are not let in</h1><p>${refusal}</p>` }, 403);
    }
    if (asksForPage) return reply.redirect(`/login?next=${encodeURIComponent(request.url)}`, 303);
    return reply.code(401).send(boardError("You are logged out", "Reload the page and log in again."));
  };
}

function refusalOf(word: ProxyWord | null): string | null {
  switch (word?.kind) {
    case "unknown":
      return `The proxy in front says you are ${word.name}, who has no role here. Ask whoever runs this installation to add you to DASHBOARD_PROXY_USERS.`;
    case "unreadable":
      return "The proxy in front does not say clearly who you are: its header has to come once, with a name of 1 to 64 letters, digits, or . _ @ -.";
    default:
      return null;
  }
}
