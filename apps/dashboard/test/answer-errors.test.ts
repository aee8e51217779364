import Fastify from "fastify";
import { expect, test } from "vitest";
import { answerErrors } from "../src/answer-errors.ts";
import { html, renderDocument } from "../src/html.ts";

test("a request that takes too long is told so, and that it may still be done", async () => {
  const app = Fastify({ handlerTimeout: 5 });
  answerErrors(app, {
    log: { error: () => undefined } as never,
    show: (reply, { body }, status = 200) => reply.code(status).send(renderDocument(html`${body}`)),
  });
  app.get("/hangs", () => new Promise(() => undefined));
  const reply = await app.inject("/hangs");
  expect(reply.statusCode).toBe(503);
  expect(reply.body).toContain("may still be done");
  await app.close();
});
