import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import helmet from "helmet";

/** Answers are data: a browser that is made to show one loads and runs nothing. There are no CORS headers at all. */
const NOTHING = { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] };

type Allowed = Readonly<Record<string, string[]>>;

/**
 * Headers of what any route or hook answers: the request's id, and those for security; pages for people send others
 * over them.
 */
export function sendUsualHeaders(app: FastifyInstance): void {
  const headers = securityHeaders({});
  app.addHook("onRequest", ({ id }, reply, done) => {
    reply.headers(headers).header("x-request-id", id);
    done();
  });
}

/**
 * Helmet's headers, with a content security policy that allows nothing but what is named. Asked once: they never
 * change.
 */
export function securityHeaders(allowed: Allowed): Record<string, string> {
  const contentSecurityPolicy = { useDefaults: false, directives: { ...NOTHING, ...allowed } };
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({ contentSecurityPolicy, xFrameOptions: { action: "deny" } })(request, response, () => {});
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}
