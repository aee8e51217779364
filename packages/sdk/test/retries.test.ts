import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { CapiRelay, isCapiRelayError, isRelayUnreachable } from "../src/index.ts";
import {
  API_KEY,
  aClosedPort,
  answer,
  aServer,
  type Play,
  PURCHASE,
  RECEIPT,
  refusal,
  reset,
  silence,
} from "./a-server.ts";

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail("it succeeded"),
    (error: unknown) => error,
  );

const passing: readonly (readonly [string, Play])[] = [
  ["a reset connection", reset],
  [
    "a truncated answer",
    (response) =>
      response.writeHead(202, { "content-length": "500" }).write("{", () => response.socket?.resetAndDestroy()),
  ],
  ["408", refusal(408, "request_too_slow")],
  ["429", refusal(429, "rate_limited")],
  ["503", refusal(503, "storage_unavailable")],
  ["a proxy's 502", (response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>")],
  ["a proxy's 504", (response) => response.writeHead(504).end()],
];

test.each(passing)("after %s the same bytes are sent again", async (_name, play) => {
  const { client, seen } = await aServer(play, play, answer(202, RECEIPT));
  expect(await client().conversions.send(PURCHASE)).toEqual(RECEIPT);
  expect(seen).toHaveLength(3);
  expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  expect(JSON.parse(seen[0]?.body ?? "")).toEqual(PURCHASE);
});

test("a silent server is given up on per try, and the next try succeeds", async () => {
  const { client, seen } = await aServer(silence, answer(202, RECEIPT));
  expect(await client({ timeoutMs: 150 }).conversions.send(PURCHASE)).toEqual(RECEIPT);
  expect(seen).toHaveLength(2);
});

test.each([400, 401, 403, 404, 405, 409, 413, 415, 422, 500])("%i is not sent again", async (status) => {
  const { client, seen } = await aServer(refusal(status, "some_code"));
  const error = await failureOf(client().conversions.send(PURCHASE));
  expect(error).toMatchObject({ status, code: "some_code", retryable: false });
  expect(seen).toHaveLength(1);
});

test("Retry-After wins over our own steps, in seconds and as a date", async () => {
  const { client, seen } = await aServer(
    refusal(429, "rate_limited", { "retry-after": "1" }),
    (response, request) =>
      refusal(503, "overloaded", { "retry-after": new Date(Date.now() + 2_000).toUTCString() })(response, request),
    answer(202, RECEIPT),
  );
  await client().conversions.send(PURCHASE);
  const [first, second, third] = seen.map(({ at }) => at);
  expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(990);
  // A date has whole seconds.
  expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(900);
});

test("a Retry-After beyond the deadline ends the call at once, with what the server said", async () => {
  const { client, seen } = await aServer(refusal(503, "storage_unavailable", { "retry-after": "3600" }));
  const begun = performance.now();
  const error = await failureOf(client({ deadlineMs: 5_000 }).conversions.send(PURCHASE));
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(isCapiRelayError(error, "storage_unavailable") && error.retryable).toBe(true);
  expect(seen).toHaveLength(1);
});

test("the deadline holds over all tries", async () => {
  const { client } = await aServer(silence);
  const begun = performance.now();
  const error = await failureOf(client({ timeoutMs: 300, deadlineMs: 500, retries: 50 }).conversions.get("abc"));
  expect(performance.now() - begun).toBeLessThan(1_500);
  expect(isRelayUnreachable(error) && error.reason).toBe("timeout");
});

test("retries end: four by default, none if told so", async () => {
  const patient = await aServer(reset);
  await failureOf(patient.client().conversions.send(PURCHASE));
  expect(patient.seen).toHaveLength(5);
  const hasty = await aServer(reset);
  const error = await failureOf(hasty.client({ retries: 0 }).conversions.send(PURCHASE));
  expect(error).toMatchObject({ name: "RelayUnreachable", reason: "network", mayHaveArrived: true });
  expect(hasty.seen).toHaveLength(1);
});

test("a wait is asked for in the header, and lengthens a try", async () => {
  const { client, seen } = await aServer(async (response, request) => {
    await pause(400);
    answer(202, RECEIPT)(response, request);
  });
  await client({ timeoutMs: 200, retries: 0 }).conversions.send(PURCHASE, { waitSeconds: 1 });
  await failureOf(client({ timeoutMs: 200, retries: 0 }).conversions.send(PURCHASE));
  expect(seen.map(({ headers }) => headers["prefer"])).toEqual(["wait=1", "wait=0"]);
});

test("an abort ends a hanging try and a pause, with the caller's own reason", async () => {
  const hanging = await aServer(silence);
  const begun = performance.now();
  const during = failureOf(hanging.client().conversions.send(PURCHASE, { signal: AbortSignal.timeout(100) }));
  expect(await during).toMatchObject({ name: "TimeoutError" });
  expect(performance.now() - begun).toBeLessThan(5_000);

  const pausing = await aServer(refusal(503, "overloaded", { "retry-after": "30" }));
  const reason = new Error("the shop closes");
  const abort = new AbortController();
  const call = failureOf(pausing.client().conversions.send(PURCHASE, { signal: abort.signal }));
  await expect.poll(() => pausing.seen.length).toBe(1);
  abort.abort(reason);
  expect(await call).toBe(reason);

  const already = failureOf(pausing.client().conversions.send(PURCHASE, { signal: AbortSignal.abort(reason) }));
  expect(await already).toBe(reason);
  expect(pausing.seen).toHaveLength(1);
});

test.each(["create", "rotate", "retry", "resolve", "account"] as const)(
  "%s does not leave twice, because a second one would do more",
  async (act) => {
    const { client, seen } = await aServer(reset);
    const { apiKeys, conversions, accounts } = client();
    const acts = {
      create: () => apiKeys.create({ name: "shop", scopes: ["send"], accountIds: null }),
      rotate: () => apiKeys.rotate("key-1"),
      retry: () => conversions.retry("abc"),
      resolve: () => conversions.resolve("abc", "resend"),
      account: () => accounts.create({ name: "Shop", wabaId: "1", accessToken: "t" }),
    };
    expect(await failureOf(acts[act]())).toMatchObject({ name: "RelayUnreachable" });
    expect(seen).toHaveLength(1);
  },
);

test("what cannot have happened is tried again even then: a 429, and a connection that was never made", async () => {
  const { client, seen } = await aServer(refusal(429, "rate_limited"), answer(201, { id: "key-1", secret: "canary" }));
  expect(await client().apiKeys.create({ name: "shop", scopes: ["send"], accountIds: null })).toEqual({
    id: "key-1",
    secret: "canary",
  });
  expect(seen).toHaveLength(2);

  const closed = await aClosedPort();
  let tries = 0;
  const counting: typeof fetch = (...request) => {
    tries++;
    return fetch(...request);
  };
  const relay = new CapiRelay({ baseUrl: closed, apiKey: API_KEY, fetch: counting, retries: 2 });
  const error = await failureOf(relay.apiKeys.rotate("key-1"));
  expect(error).toMatchObject({ name: "RelayUnreachable", mayHaveArrived: false });
  expect(tries).toBe(3);
});
