import type { FastifyInstance, FastifyRequest } from "fastify";

const MAX_FORM_BYTES = 8 * 1024;

/** Forms as browsers send them. */
export function formBodies(app: FastifyInstance): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: MAX_FORM_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
}

/** The fields of a form; none if the request brought something else. */
export function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
