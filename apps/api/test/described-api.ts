import { Ajv2020 } from "ajv/dist/2020.js";
import type { FastifyInstance } from "fastify";

type Json = Record<string, unknown>;

export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** As the document writes it: `/v1/accounts/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly description?: string;
  readonly "x-scope"?: string;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: Json;
  }[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Record<string, { schema: { $ref: string }; examples: Record<string, { value: Json }> }>;
  };
  readonly responses: Record<string, { readonly content?: Record<string, { schema: Json; examples?: Json }> }>;
}

export interface OpenapiDocument {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Omit<Operation, "method" | "path">>>;
  readonly components: { readonly schemas: Record<string, Json>; readonly examples: Json };
}

/** The document as callers get it. */
export async function readDocument(app: FastifyInstance): Promise<OpenapiDocument> {
  return (await app.inject({ method: "GET", url: "/openapi.json" })).json();
}

export function operationsOf({ paths }: OpenapiDocument): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase() as Operation["method"],
    })),
  );
}

/** The bodies the document shows for a request. */
export function exampleBodies({ requestBody }: Operation): Json[] {
  return Object.values(requestBody?.content["application/json"]?.examples ?? {}).map(({ value }) => value);
}

/** Every error code an operation is documented to answer, by status. */
export function documentedErrors({ responses }: Operation): { status: number; code: string }[] {
  return Object.entries(responses).flatMap(([status, { content }]) =>
    Object.keys(content?.["application/json"]?.examples ?? {}).map((code) => ({ status: Number(status), code })),
  );
}

/**
 * Tells what is wrong with an answer by the document, fields that it does not mention included; null when nothing is.
 */
export function answerChecker(document: OpenapiDocument) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "doc", components: { schemas: closed(document.components.schemas) } });
  return ({ operationId, responses }: Operation, status: number, body: string): string | null => {
    const response = responses[status];
    if (response === undefined) return `${operationId} is not documented to answer ${status}`;
    const schema = response.content?.["application/json"]?.schema;
    if (schema === undefined) return null;
    const ref = `doc${(schema as { $ref?: string }).$ref ?? ""}`;
    if (ref === "doc") return null;
    const check = ajv.getSchema(ref);
    if (check === undefined) return `${ref} does not exist`;
    return check(JSON.parse(body)) ? null : `${operationId} ${status}: ${ajv.errorsText(check.errors)}`;
  };
}

/** The same schemas, refusing every field they do not mention: what is answered must be documented. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isObject = inner["type"] === "object" && inner["properties"] !== undefined;
  return isObject && inner["additionalProperties"] === undefined ? { ...inner, additionalProperties: false } : inner;
}
