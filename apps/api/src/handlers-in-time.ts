import type { FastifyInstance } from "fastify";
import { inTime } from "./in-time.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The handler itself sees to it that its caller does not wait too long. */
    readonly keepsTime?: true;
  }
}

/**
 * How long a caller waits for a handler, in milliseconds, unless its route says otherwise or the handler keeps time
 * itself.
 */
export const ANSWER_WITHIN_MS = 10_000;

/**
 * Bounds every handler. Fastify's own `handlerTimeout` ends once a body has been read, so what comes with one would
 * wait for a frozen database as long as that stays frozen; and it makes and aborts a signal for every request, which
 * costs more than hashing a conversion.
 */
export function keepHandlersInTime(app: FastifyInstance, withinMs = ANSWER_WITHIN_MS): void {
  app.addHook("onRoute", (route) => {
    const { handler, config, handlerTimeout = withinMs } = route;
    delete route.handlerTimeout;
    if (config?.keepsTime) return;
    route.handler = async function (request, reply) {
      return inTime(Promise.resolve(handler.call(this, request, reply)), handlerTimeout);
    };
  });
}
