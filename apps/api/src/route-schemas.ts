import type { ApiKeyScope, ReadonlyDeep } from "@capi-relay/contract";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import { z } from "zod";
import { parseInput } from "./parse-input.ts";
import type { ProblemCode } from "./problems.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a key must be allowed to do to use the route. Null: everybody may use it. */
    readonly scope?: ApiKeyScope | null;
  }
  interface FastifySchema {
    /** What can go wrong here in particular. What can go wrong everywhere is added in the document. */
    readonly errors?: readonly ProblemCode[];
    /** What cannot go wrong here although it can on routes of this kind. */
    readonly neverErrors?: readonly ProblemCode[];
  }
}

/** Tells handlers what their route's schemas make of a request, and holds their answers to them. */
interface ZodTypes extends FastifyTypeProvider {
  readonly validator: this["schema"] extends z.ZodType ? z.output<this["schema"]> : unknown;
  readonly serializer: this["schema"] extends z.ZodType ? ReadonlyDeep<z.output<this["schema"]>> : unknown;
}

/** The server as route files see it: every route declares its schemas and its scope. */
export type RouteRegistry = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypes
>;

/**
 * Requests are parsed by the schemas their route declares; a route that does not say who may use it stops the start.
 */
export function obeySchemas(app: FastifyInstance): RouteRegistry {
  app.setValidatorCompiler<z.ZodType>(
    ({ schema, httpPart }) =>
      (part: unknown) =>
        read(schema, part, httpPart),
  );
  // For documentation and tests only: nothing is spent on checking our own answers.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addHook("onRoute", ({ url, config }) => {
    if (config?.scope === undefined) throw new Error(`The route ${url} does not say in its config who may use it.`);
  });
  // Fastify hands validators null for a body that never came, and only here the two are told apart.
  app.addHook("preValidation", ({ body, routeOptions: { schema } }, _reply, done) => {
    if (body === undefined && schema?.body instanceof z.ZodType) parseInput(schema.body, undefined);
    done();
  });
  return app.withTypeProvider<ZodTypes>();
}

function read(
  schema: z.ZodType,
  part: unknown,
  httpPart: string | undefined,
): ReturnType<ReturnType<FastifySchemaCompiler<z.ZodType>>> {
  try {
    const isAbsentBody = httpPart === "body" && part === null && schema.safeParse(undefined).success;
    const value = parseInput(schema, isAbsentBody ? undefined : part, httpPart === "querystring" ? "query" : "body");
    // Headers that nobody declared still belong to the request.
    return { value: httpPart === "headers" ? Object.assign(part as object, value) : value };
  } catch (error) {
    if (error instanceof Error) return { error };
    throw error;
  }
}
