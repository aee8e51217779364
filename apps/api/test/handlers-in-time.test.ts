import { createLogger } from "@capi-relay/runtime";
import { CachedApiKeys } from "@capi-relay/storage";
import { newApiKeySecret } from "@capi-relay/vault";
import { fastify } from "fastify";
import { expect, onTestFinished, test, vi } from "vitest";
import { answerErrors } from "../src/answer-errors.ts";
import { FailureLog } from "../src/failure-log.ts";
import { keepHandlersInTime } from "../src/handlers-in-time.ts";
import { KnownPaths } from "../src/known-paths.ts";
import { openApi } from "./an-api.ts";

/** A listening server whose handlers take this long, in milliseconds; a body comes over a real connection only. */
async function aServer(takesMs: number) {
  const app = fastify({ logger: false });
  onTestFinished(() => app.close());
  keepHandlersInTime(app, 200);
  answerErrors(app, new KnownPaths(), new FailureLog(createLogger({ name: "test", level: "silent" })));
  const work = () => new Promise((resolve) => setTimeout(() => resolve({ done: true }), takesMs).unref());
  app.post("/slow", work);
  app.post("/patient", { handlerTimeout: 20_000 }, work);
  app.get("/slow", work);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return (method: string, path: string) => {
    const body = { headers: { "content-type": "application/json" }, body: JSON.stringify({ some: "body" }) };
    return fetch(url + path, { method, ...(method === "GET" ? {} : body) });
  };
}

test("a handler that hangs is answered for, also after the body has been read", async () => {
  const ask = await aServer(60_000);
  for (const method of ["GET", "POST"]) {
    const answer = await ask(method, "/slow");
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: "overloaded" }]);
  }
});

test("a handler that is in time answers for itself, and a route may take its time", async () => {
  const [quick, slow] = [await aServer(1), await aServer(500)];
  for (const answer of [await quick("POST", "/slow"), await slow("POST", "/patient")]) {
    expect([answer.status, await answer.json()]).toEqual([200, { done: true }]);
  }
});

test("a key that a frozen database is asked for holds up nobody longer, be it the first to ask or one who joins", async () => {
  const cachedApiKeys = new CachedApiKeys({ findByHash: () => new Promise(() => {}) });
  const api = await openApi({ cachedApiKeys });
  onTestFinished(() => api.close());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const secret = newApiKeySecret();
  const answers = Promise.all([1, 2].map(() => api.callWith(secret, "GET", "/v1/accounts")));
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThanOrEqual(2));
  await vi.advanceTimersByTimeAsync(10_000);
  for (const answer of await answers) expect([answer.statusCode, answer.json().code]).toEqual([503, "overloaded"]);
});
