import type { FastifyInstance } from "fastify";
import { ApiProblem } from "./api-problem.ts";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/**
 * JSON is the only body there is, and bytes that are no UTF-8 are an error: replaced, two different ids could become
 * one.
 */
export function readJsonStrictly(app: FastifyInstance): void {
  const parseText = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    // Many clients announce JSON also where they send nothing, as with DELETE. Whether a body is needed, the route
    // knows.
    if (bytes.length === 0) return done(null, undefined);
    const text = decoded(bytes);
    if (text === null) return done(new ApiProblem("invalid_json"));
    return parseText(request, text, (error, body) => {
      done(error !== null && isJson(text) ? new ApiProblem("forbidden_key") : error, body);
    });
  });
}

/** A body in an encoding we do not undo must not be mistaken for bad JSON, or for a bad signature. */
export function onlyPlainBodies(app: FastifyInstance): void {
  app.addHook("preParsing", ({ method, headers }, _reply, _payload, done) => {
    const encoding = headers["content-encoding"];
    const isPlain = encoding === undefined || encoding.trim().toLowerCase() === "identity";
    const bringsNone = method === "GET" || method === "HEAD";
    done(isPlain || bringsNone ? null : new ApiProblem("unsupported_content_encoding"));
  });
}

function decoded(bytes: Buffer): string | null {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
