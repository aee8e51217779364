import { z } from "zod";
import type { RouteRegistry } from "../route-schemas.ts";

/** The description of the API for programs. Written once: routes do not change while we run. */
export function openapiRoute(app: RouteRegistry): void {
  let document: string | undefined;
  app.route({
    method: "GET",
    url: "/openapi.json",
    schema: {
      operationId: "getOpenapi",
      tags: ["Documentation"],
      summary: "Describe this API for programs",
      response: {
        200: { content: { "application/json": { schema: z.string().describe("An OpenAPI 3.1 document.") } } },
      },
    },
    config: { scope: null },
    handler: async (_request, reply) => {
      document ??= JSON.stringify(app.swagger());
      return reply.type("application/json; charset=utf-8").serializer(String).send(document);
    },
  });
}
