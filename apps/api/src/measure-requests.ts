import type { HttpMetrics } from "@capi-relay/metrics";
import type { FastifyInstance } from "fastify";

/** Tells how long every answer took, by the pattern of its route: addresses hold ids. */
export function measureRequests(app: FastifyInstance, http: Pick<HttpMetrics, "answered">): void {
  app.addHook("onResponse", ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    http.answered({ route: routeOptions.url ?? null, method, status: statusCode, durationMs: elapsedTime });
    done();
  });
}
