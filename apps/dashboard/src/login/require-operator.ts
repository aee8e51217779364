import type { FastifyReply, FastifyRequest } from "fastify";
import type { Audit } from "../audit.ts";
import type { ShowPage } from "../frame/page.ts";
import { html } from "../html.ts";

/** Hook: who only looks is told so, and that it was tried is written down. */
export function requireOperator({ show, noteInLog }: { readonly show: ShowPage; readonly noteInLog: Audit }) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (request.user?.role === "operator") return undefined;
    noteInLog(request, { action: `${request.method} ${request.routeOptions.url ?? ""}`, outcome: "denied" });
    const body = html`<h1>Only an operator can do this</h1><p>Your role is viewer: you may look at everything. Ask an operator, or go back to the <a href="/">overview</a>.</p>`;
    return show(reply, { title: "Not allowed", body }, 403);
  };
}
