import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { CapiRelay } from "../src/index.ts";
import { API_KEY, answer, aServer, PURCHASE } from "./a-server.ts";

type Act = (relay: CapiRelay) => Promise<unknown>;
const ID = "a/b c";

const acts: readonly (readonly [string, Act, unknown?])[] = [
  ["POST /v1/whatsapp/conversions", (relay) => relay.conversions.send(PURCHASE), PURCHASE],
  ["POST /v1/whatsapp/conversions/check", (relay) => relay.conversions.check(PURCHASE), PURCHASE],
  ["GET /v1/whatsapp/conversions/a%2Fb%20c", (relay) => relay.conversions.get(ID)],
  ["POST /v1/whatsapp/conversions/a%2Fb%20c/retry", (relay) => relay.conversions.retry(ID), {}],
  [
    "POST /v1/whatsapp/conversions/a%2Fb%20c/retry",
    (relay) => relay.conversions.retry(ID, { value: 2 }),
    { changes: { value: 2 } },
  ],
  ["POST /v1/whatsapp/conversions/a%2Fb%20c/cancel", (relay) => relay.conversions.cancel(ID), {}],
  [
    "POST /v1/whatsapp/conversions/a%2Fb%20c/resolve",
    (relay) => relay.conversions.resolve(ID, "abandon"),
    { as: "abandon" },
  ],
  [
    "POST /v1/whatsapp/clicks",
    (relay) => relay.clicks.record({ accountId: "a", ctwaClid: "ARA", clickedAt: new Date(0), bsuid: "BR.1" }),
    { accountId: "a", ctwaClid: "ARA", clickedAt: "1970-01-01T00:00:00.000Z", bsuid: "BR.1" },
  ],
  [
    "POST /v1/whatsapp/conversations/lookup",
    (relay) => relay.conversations.lookup({ accountId: "a", phoneE164: "5511987654321" }),
    { accountId: "a", phoneE164: "5511987654321" },
  ],
  ["GET /v1/whatsapp/conversations/a%2Fb%20c", (relay) => relay.conversations.get(ID)],
  ["DELETE /v1/whatsapp/conversations/a%2Fb%20c", (relay) => relay.conversations.erase(ID)],
  ["GET /v1/whatsapp/dataset?accountId=a%26b", (relay) => relay.dataset.get("a&b")],
  ["POST /v1/whatsapp/dataset", (relay) => relay.dataset.create({ accountId: "a" }), { accountId: "a" }],
  ["GET /v1/accounts", (relay) => relay.accounts.list()],
  [
    "POST /v1/accounts",
    (relay) => relay.accounts.create({ name: "Shop", wabaId: "102290129340398", accessToken: "token" }),
    { name: "Shop", wabaId: "102290129340398", accessToken: "token" },
  ],
  ["GET /v1/accounts/a%2Fb%20c", (relay) => relay.accounts.get(ID)],
  ["PATCH /v1/accounts/a%2Fb%20c", (relay) => relay.accounts.change(ID, { name: "New" }), { name: "New" }],
  ["POST /v1/accounts/a%2Fb%20c/pause", (relay) => relay.accounts.pause(ID)],
  ["POST /v1/accounts/a%2Fb%20c/resume", (relay) => relay.accounts.resume(ID)],
  ["POST /v1/accounts/a%2Fb%20c/probe", (relay) => relay.accounts.probe(ID)],
  ["GET /v1/api-keys", (relay) => relay.apiKeys.list()],
  [
    "POST /v1/api-keys",
    (relay) => relay.apiKeys.create({ name: "shop", scopes: ["send"], accountIds: null }),
    { name: "shop", scopes: ["send"], accountIds: null },
  ],
  ["POST /v1/api-keys/a%2Fb%20c/rotate", (relay) => relay.apiKeys.rotate(ID, { overlapHours: 2 }), { overlapHours: 2 }],
  ["DELETE /v1/api-keys/a%2Fb%20c", (relay) => relay.apiKeys.revoke(ID)],
];

test.each(acts.map(([route, act, body]) => ({ route, act, body })))("$route", async ({ route, act, body }) => {
  const { client, seen } = await aServer(answer(200, { results: [] }));
  await act(client());
  const [request] = seen;
  expect(`${request?.method} ${request?.url}`).toBe(route);
  expect(request?.headers.authorization).toBe(`Bearer ${API_KEY}`);
  expect(request?.body === "" ? undefined : JSON.parse(request?.body ?? "")).toEqual(body);
});

test("every public method has its line above", async () => {
  const { client } = await aServer(answer(200, {}));
  const followed = ["sendBatch", "list", "listPage", "waitUntilSettled"];
  const methods = Object.entries(client()).flatMap(([resource, methodsOf]) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(methodsOf))
      .filter((name) => name !== "constructor" && !(resource === "conversions" && followed.includes(name)))
      .map((name) => `${resource}.${name}`),
  );
  const tried = new Set(acts.map(([, act]) => /relay\.(\w+\.\w+)/.exec(String(act))?.[1]));
  expect(methods.toSorted()).toEqual([...tried].toSorted());
});

test("a base address may have a path, and the shop names itself", async () => {
  const { client, baseUrl, seen } = await aServer(answer(200, { accounts: [] }));
  await client({ baseUrl: `${baseUrl}/relay/`, userAgent: "my-shop/2.1" }).accounts.list();
  expect(seen[0]?.url).toBe("/relay/v1/accounts");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  expect(seen[0]?.headers["user-agent"]).toBe(`my-shop/2.1 capi-relay-sdk/${version}`);
});

test("a Date becomes whole Unix seconds, and an invalid one is refused before anything leaves", async () => {
  const { client, seen } = await aServer(answer(202, {}));
  await client().conversions.send({ ...PURCHASE, eventTime: new Date("2026-11-22T12:00:00.900Z") });
  expect(JSON.parse(seen[0]?.body ?? "").eventTime).toBe(Date.parse("2026-11-22T12:00:00Z") / 1_000);
  const invalid = client().conversions.send({ ...PURCHASE, eventTime: new Date("yesterday") });
  await expect(invalid).rejects.toThrow("eventTime is an invalid Date");
  expect(seen).toHaveLength(1);
});

test.each(["", ".", ".."])("the id %j never leads to another route", async (id) => {
  const { client, seen } = await aServer(answer(200, {}));
  await expect(client().conversions.get(id)).rejects.toThrow("the id is empty");
  expect(seen).toEqual([]);
});
