import type { FastifyInstance } from "fastify";
import { inTime } from "./in-time.ts";

/**
 * Fastify's own `handlerTimeout` ends once a body has been read, so what comes with one would wait for a frozen database as
 * long as that stays frozen. Here the routes that take bodies keep to theirs, or to the usual time.
 */
export function keepHandlersInTime(app: FastifyInstance, usualMs: number): void {
  app.addHook("onRoute", (route) => {
    const { handler, handlerTimeout = usualMs } = route;
    if ([route.method].flat().every((method) => method === "GET" || method === "HEAD")) return;
    route.handler = async function (request, reply) {
      return inTime(Promise.resolve(handler.call(this, request, reply)), handlerTimeout);
    };
  });
}
