import type { FastifyContextConfig, FastifySchema } from "fastify";

/** What the options of a route say to its readers. */
export interface RouteDeclaration {
  readonly method: string;
  /** As routes are registered: `/v1/accounts/:id`. */
  readonly url: string;
  readonly schema: FastifySchema;
  readonly config: FastifyContextConfig;
}
