import type { Logger } from "@capi-relay/runtime";
import type { FastifyError, FastifyInstance } from "fastify";
import { html } from "./pages/html.ts";
import { sendPage } from "./pages/page.ts";

/** Whatever goes wrong on our own pages ends as a page, and only our own sentences leave the process. */
export function answerErrors(app: FastifyInstance, { log, sandbox }: { log: Logger; sandbox: boolean }): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const { statusCode = 500 } = error;
    const theirs = statusCode >= 400 && statusCode < 500;
    if (!theirs) log.error({ err: error, requestId: request.id }, "a request failed");
    const body = theirs
      ? html`<h1>This request could not be read</h1><p>Go back to the <a href="/">start page</a> and try again.</p>`
      : html`<h1>Something went wrong here</h1><p>Try again in a minute. The log of the dashboard has the details under the request id ${request.id}.</p>`;
    return sendPage(reply, { title: "Error", body, sandbox }, theirs ? statusCode : 500);
  });
  app.setNotFoundHandler((_request, reply) => {
    const body = html`<h1>There is nothing here</h1><p>The address may be mistyped or old. Go to the <a href="/">start page</a>.</p>`;
    return sendPage(reply, { title: "Not found", body, sandbox }, 404);
  });
}
