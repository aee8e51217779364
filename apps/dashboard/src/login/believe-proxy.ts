import type { FastifyInstance } from "fastify";
import { type ProxyLogin, type ProxyWord, proxyWords } from "./proxy-login.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What a proxy in front says about who asks; null without such a proxy. */
    proxyWord: ProxyWord | null;
  }
}

/**
 * Whoever a listed proxy names is that person on each request, whatever session the browser still has of another one.
 */
export function believeProxy(app: FastifyInstance, proxyLogin: ProxyLogin | null): void {
  app.decorateRequest("proxyWord", null);
  if (proxyLogin === null) return;
  const wordOf = proxyWords(proxyLogin);
  app.addHook("onRequest", async (request) => {
    const word = wordOf(request.raw);
    request.proxyWord = word;
    if (word.kind !== "nothing") request.user = word.kind === "user" ? word.user : null;
  });
}
