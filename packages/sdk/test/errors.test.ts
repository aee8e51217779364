import { inspect } from "node:util";
import { expect, test } from "vitest";
import { CapiRelay, CapiRelayError, isCapiRelayError, isRelayUnreachable } from "../src/index.ts";
import { API_KEY, aClosedPort, answer, aServer, PURCHASE, refusal } from "./a-server.ts";

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail("it succeeded"),
    (error: unknown) => error,
  );

test("a refusal holds all the server said", async () => {
  const { client, baseUrl } = await aServer(refusal(422, "event_name_refused", { "x-request-id": "req-1" }));
  const error = await failureOf(client().conversions.send(PURCHASE));
  expect(error).toBeInstanceOf(CapiRelayError);
  expect(error).toMatchObject({
    message: "The sentence of event_name_refused.",
    status: 422,
    type: "invalid_request_error",
    code: "event_name_refused",
    param: "value",
    details: [{ code: "event_name_refused", param: "value", message: "m" }],
    requestId: "req-1",
    docUrl: `${baseUrl}/docs/errors#event_name_refused`,
    retryable: false,
  });
  expect(isCapiRelayError(error)).toBe(true);
  expect(isCapiRelayError(error, "event_name_refused")).toBe(true);
  expect(isCapiRelayError(error, "event_id_conflict")).toBe(false);
  expect(isRelayUnreachable(error)).toBe(false);
});

test("a stranger's answer is an error that says what to check", async () => {
  const proxy = await aServer((response) =>
    response.writeHead(404, { "content-type": "text/html" }).end("<h1>nginx</h1>"),
  );
  expect(await failureOf(proxy.client().accounts.list())).toMatchObject({
    message: `${proxy.baseUrl} answered 404, and not in capi-relay's words; check baseUrl and what stands in between.`,
    code: "http_404",
    requestId: null,
    retryable: false,
  });
  const page = await aServer((response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hi</h1>"));
  expect(await failureOf(page.client().accounts.list())).toMatchObject({ code: "unreadable_answer", status: 200 });
  const odd = await aServer(answer(400, { error: "Bad.", code: "odd", details: [null, 7, { code: "x" }], docUrl: 5 }));
  expect(await failureOf(odd.client().accounts.list())).toMatchObject({
    ...{ message: "Bad.", code: "odd", type: "unknown", param: null, docUrl: null },
    details: [
      { code: "unknown", param: null, message: "" },
      { code: "unknown", param: null, message: "" },
      { code: "x", param: null, message: "" },
    ],
  });
});

test("what Meta refused is not asked again, although it is answered 502", async () => {
  const { client, seen } = await aServer(refusal(502, "meta_refused"));
  expect(await failureOf(client().dataset.create({ accountId: "a" }))).toMatchObject({ status: 502, retryable: false });
  expect(seen).toHaveLength(1);
});

test("a redirect is not followed, so neither key nor customer goes to another address", async () => {
  const elsewhere = await aServer(answer(202, {}));
  const { client } = await aServer((response) => response.writeHead(307, { location: `${elsewhere.baseUrl}/x` }).end());
  expect(await failureOf(client().conversions.send(PURCHASE))).toMatchObject({ status: 307, retryable: false });
  expect(elsewhere.seen).toEqual([]);
});

test("neither a client nor any error shows the key", async () => {
  const { client } = await aServer(refusal(401, "api_key_invalid"));
  const nobody = new CapiRelay({ baseUrl: await aClosedPort(), apiKey: API_KEY, retries: 0 });
  const hiding = [
    client(),
    await failureOf(client().accounts.list()),
    await failureOf(nobody.accounts.list()),
    catching(() => new CapiRelay({ baseUrl: "https://relay.example.com", apiKey: `${API_KEY}\n` })),
    catching(() => new CapiRelay({ baseUrl: `https://user:${API_KEY}@relay.example.com`, apiKey: API_KEY })),
  ];
  for (const one of hiding) {
    expect(inspect(one, { depth: 10, showHidden: true })).not.toContain(API_KEY);
    expect(JSON.stringify(one)).not.toContain(API_KEY);
  }
  expect(String(hiding[2])).toBe(
    "RelayUnreachable: capi-relay could not be reached, or the connection broke; check baseUrl and the network.",
  );
});

test.each([
  [{ baseUrl: "relay.example.com" }, "baseUrl must be an address that begins with https:// or http://"],
  [{ baseUrl: "https://relay.example.com/v1" }, "baseUrl must end before /v1, which every call adds itself"],
  [{ baseUrl: "https://relay.example.com/here/v1/" }, "baseUrl must end before /v1, which every call adds itself"],
  [{ baseUrl: "ftp://relay.example.com" }, "baseUrl must be an address that begins with https:// or http://"],
  [{ apiKey: "" }, "apiKey is empty; is the variable it comes from set?"],
  [{ apiKey: undefined as unknown as string }, "apiKey is empty; is the variable it comes from set?"],
  [{ apiKey: "two words" }, "apiKey must be one word without spaces and line breaks"],
  [{ timeoutMs: 0 }, "timeoutMs must be a whole number from 1 to 2147483647"],
  [{ deadlineMs: Number.NaN }, "deadlineMs must be a whole number from 1 to 2147483647"],
  [{ retries: -1 }, "retries must be a whole number from 0 to 100"],
  [{ userAgent: "a\nb" }, "userAgent must be plain ASCII of one line, at most 200 characters"],
])("settings %j are refused by name", (wrong, sentence) => {
  const settings = { baseUrl: "https://relay.example.com", apiKey: API_KEY, ...wrong };
  expect(() => new CapiRelay(settings)).toThrow(new TypeError(sentence));
});

test("a wait beyond 30 seconds is refused before anything leaves", async () => {
  const { client, seen } = await aServer(answer(202, {}));
  await expect(client().conversions.send(PURCHASE, { waitSeconds: 31 })).rejects.toThrow(
    "waitSeconds must be a whole number from 0 to 30",
  );
  expect(seen).toEqual([]);
});

function catching(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return expect.fail("it was taken");
}
