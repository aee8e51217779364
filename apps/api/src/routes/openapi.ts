import { z } from "zod";
import type { RouteRegistry } from "../route-schemas.ts";

/** Of an open type, because the document is sent as the text that was written once. */
const OpenapiDocument: z.ZodType = z
  .looseObject({ openapi: z.string().describe("Which OpenAPI it is.") })
  .describe("An OpenAPI 3.1 document.");

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
      response: { 200: { content: { "application/json": { schema: OpenapiDocument } } } },
    },
    config: { scope: null },
    handler: async (_request, reply) => {
      document ??= JSON.stringify(app.swagger());
      return reply.type("application/json; charset=utf-8").serializer(String).send(document);
    },
  });
}
