import { ApiErrorBody } from "@capi-relay/contract";
import swagger, { type FastifyDynamicSwaggerOptions, type SwaggerTransformObject } from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiProblem, errorBody } from "../api-problem.ts";
import { PROBLEMS, type ProblemCode } from "../problems.ts";
import { API_INFO, TAGS } from "./api-info.ts";
import type { RouteDeclaration } from "./route-declaration.ts";
import { problemsByStatus } from "./route-problems.ts";
import { SchemaComponents } from "./schema-components.ts";

/** Writes down every route that is registered from now on. The document is `app.swagger()`, once the app is ready. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  const components = new SchemaComponents();
  const optionalBodies = new Set<string>();
  const options: FastifyDynamicSwaggerOptions = {
    openapi: {
      openapi: "3.1.1",
      info: API_INFO,
      servers: [{ url: "/", description: "This relay." }],
      tags: TAGS,
      components: { securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "An API key." } } },
    },
    transform: ({ schema, url, route }) => {
      if (schema?.operationId === undefined) return { schema: { hide: true }, url };
      const declaration = { method: String(route.method), url, schema, config: route.config ?? {} };
      if (schema.body instanceof z.ZodOptional) optionalBodies.add(schema.operationId);
      return { schema: operationOf(declaration, components), url };
    },
    transformObject: (given) => {
      if (!("openapiObject" in given)) throw new Error("Only OpenAPI 3 is written here.");
      const document = given.openapiObject;
      const schemas = components.all();
      for (const operation of operationsOf(document.paths)) finishBody(operation, schemas, optionalBodies);
      const described = {
        ...document,
        components: { ...document.components, schemas, examples: ERROR_EXAMPLES },
      };
      return described as ReturnType<SwaggerTransformObject>;
    },
  };
  await app.register(swagger, options);
}

interface DescribedOperation {
  readonly operationId: string;
  readonly requestBody?: {
    required: boolean;
    readonly content: Record<string, { readonly schema: { readonly $ref: string }; examples?: object }>;
  };
}

function operationsOf(paths: object | undefined): DescribedOperation[] {
  return Object.values(paths ?? {}).flatMap((path: object) => Object.values(path) as DescribedOperation[]);
}

/** What the plugin does not know: bodies that may be left out, and examples of whole bodies. */
function finishBody(
  { operationId, requestBody }: DescribedOperation,
  schemas: Readonly<Record<string, { readonly examples?: unknown }>>,
  optionalBodies: ReadonlySet<string>,
): void {
  if (requestBody === undefined) return;
  requestBody.required = !optionalBodies.has(operationId);
  for (const media of Object.values(requestBody.content)) {
    const examples = schemas[media.schema.$ref.split("/").at(-1) ?? ""]?.examples;
    if (!Array.isArray(examples)) continue;
    media.examples = Object.fromEntries(examples.map((value: unknown, at) => [`example${at + 1}`, { value }]));
  }
}

/** A route's declaration in the words of the document. */
function operationOf(route: RouteDeclaration, components: SchemaComponents): object {
  const { operationId, tags, summary, description, headers, params, querystring, body } = route.schema;
  const { scope } = route.config;
  return {
    operationId,
    tags,
    summary,
    // Pages that show the document leave out what is not of OpenAPI itself.
    description: scope ? [description, `Scope: \`${scope}\`.`].filter(Boolean).join("\n\n") : description,
    ...(scope ? { security: [{ apiKey: [] }], "x-scope": scope } : { security: [] }),
    ...(headers instanceof z.ZodType ? { headers: components.inline(headers) } : {}),
    ...(params instanceof z.ZodType ? { params: components.inline(params) } : {}),
    ...(querystring instanceof z.ZodType ? { querystring: components.inline(querystring) } : {}),
    ...(body === undefined
      ? {}
      : { body: components.refTo(body instanceof z.ZodOptional ? body.unwrap() : body, "input") }),
    response: { ...answersOf(route, components), ...failuresOf(route, components) },
  };
}

function answersOf({ schema: { response } }: RouteDeclaration, components: SchemaComponents): object {
  const answers = Object.entries((response ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    answers.map(([status, answer]) => {
      if (answer instanceof z.ZodVoid) return [status, { type: "null", description: "Done; there is nothing to say." }];
      if (!(answer instanceof z.ZodType)) return [status, mediaOf(answer, components)];
      const description = answer.meta()?.description;
      return [status, { description, content: { "application/json": { schema: components.refTo(answer, "output") } } }];
    }),
  );
}

/** What is written out as it is and not field by field: a page, a challenge, the document itself. */
function mediaOf(answer: unknown, components: SchemaComponents): object {
  const media = Object.entries((answer as { content: Record<string, { schema: z.ZodType }> }).content);
  const description = media[0]?.[1].schema.description ?? "A text.";
  const content = media.map(([type, { schema }]) => [type, { schema: components.inline(schema) }]);
  return { description, content: Object.fromEntries(content) };
}

/** One answer for each status, with every code that comes with it as an example. */
function failuresOf(route: RouteDeclaration, components: SchemaComponents): object {
  const declared = (route.schema.response ?? {}) as Record<string, unknown>;
  const failures = [...problemsByStatus(route)].filter(([status]) => !(status in declared));
  return Object.fromEntries(
    failures.map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\``).join(", "),
        content: {
          "application/json": {
            schema: components.refTo(ApiErrorBody, "output"),
            examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      },
    ]),
  );
}

/** What each error looks like; its own words may be more precise. */
const ERROR_EXAMPLES = Object.fromEntries(
  (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => {
    const problem = new ApiProblem(code);
    return [code, { summary: problem.message, value: errorBody(problem, "7b0c1a52-6f0e-4a46-9d5e-3f1c2d4b5a69") }];
  }),
);
