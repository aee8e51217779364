import type { Logger } from "@capi-relay/runtime";
import { QueryTooSlow, StorageUnavailable } from "@capi-relay/storage";
import type { FastifyError, FastifyInstance } from "fastify";
import type { ShowPage } from "./frame/page.ts";
import { type Html, html } from "./html.ts";

/** Whatever goes wrong on our own pages ends as a page, and only our own sentences leave the process. */
export function answerErrors(app: FastifyInstance, { log, show }: { log: Logger; show: ShowPage }): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const { status, body } = failurePage(error, request.id);
    if (status >= 500) log.error({ err: error, requestId: request.id }, "a request failed");
    return show(reply, { title: "Error", body }, status);
  });
  app.setNotFoundHandler((_request, reply) => {
    const body = html`<h1>There is nothing here</h1><p>The address may be mistyped or old. Go to the <a href="/">overview</a>.</p>`;
    return show(reply, { title: "Not found", body }, 404);
  });
}

function failurePage(error: FastifyError, requestId: string): { readonly status: number; readonly body: Html } {
  if (error instanceof QueryTooSlow)
    return {
      status: 422,
      body: html`<h1>This takes too long</h1><p>Too many events fit. Go back and narrow the list: by account, by status, or by fewer days.</p>`,
    };
  if (error instanceof StorageUnavailable)
    return {
      status: 503,
      body: html`<h1>MongoDB does not answer</h1><p>Nothing was changed. New events are refused with 503 meanwhile. Check MongoDB, then try again. The request id is ${requestId}.</p>`,
    };
  const { statusCode = 500, code } = error;
  if (code === "FST_ERR_HANDLER_TIMEOUT")
    return {
      status: 503,
      body: html`<h1>This took too long</h1><p>The dashboard or a store is busy. What was asked for may still be done: look before you ask for it again. The request id is ${requestId}.</p>`,
    };
  if (statusCode >= 400 && statusCode < 500)
    return {
      status: statusCode,
      body: html`<h1>This request could not be read</h1><p>Go back to the <a href="/">overview</a> and try again.</p>`,
    };
  return {
    status: 500,
    body: html`<h1>Something went wrong here</h1><p>Try again in a minute. The log of the dashboard has the details under the request id ${requestId}.</p>`,
  };
}
