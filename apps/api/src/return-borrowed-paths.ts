import type { KnownPaths } from "./known-paths.ts";
import type { RouteRegistry } from "./route-schemas.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Registered only so that no other route takes the path for an id. */
    readonly isBorrowed?: true;
  }
}

/**
 * To be called last. `GET …/conversions/batch` is a wrong method and not a conversion named batch, so the router must
 * not say so.
 */
export function returnBorrowedPaths(app: RouteRegistry, paths: KnownPaths): void {
  for (const { method, url } of paths.borrowed()) {
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      schema: {},
      config: { scope: null, isBorrowed: true },
      handler: async (_request, reply) => reply.callNotFound(),
    });
  }
}
