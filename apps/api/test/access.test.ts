import diagnostics from "node:diagnostics_channel";
import type { ApiKeyScope } from "@capi-relay/contract";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { type FastifyInstance, fastify, type InjectOptions, type LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { obeySchemas } from "../src/route-schemas.ts";
import { aConversion, openApi } from "./an-api.ts";
import { CONVERSIONS, type Entry, GUARDED, PUBLIC, someClick, type Things } from "./guarded-routes.ts";

const routes = new Map<string, ApiKeyScope | null | undefined>();
let api: Awaited<ReturnType<typeof openApi>>;
let theirs: Things;
const NOBODYS: Things = {
  account: "no-such-shop",
  event: "eNoSuchEvent",
  conversation: "0".repeat(24),
  key: "key_nosuchkey",
};

function watchRoutes(message: unknown): void {
  (message as { fastify: FastifyInstance }).fastify.addHook("onRoute", ({ method, url, config }) => {
    // A wrong method of a path is told to everybody.
    if (config?.isBorrowed === true) return;
    for (const one of [method].flat()) routes.set(`${one} ${url}`, config?.scope);
  });
}

beforeAll(async () => {
  diagnostics.subscribe("fastify.initialization", watchRoutes);
  api = await openApi();
  diagnostics.unsubscribe("fastify.initialization", watchRoutes);
  await vi.waitFor(() => api.queue.ping());
  await api.account({ id: "own-shop" });
  const { id: account } = await api.account({ id: "their-shop" });
  const event = aLedgerEvent({ accountId: account, status: "rejected", endedAt: new Date() });
  await api.ledger.accept(event);
  const click = await api.call("POST", "/v1/whatsapp/clicks", someClick(account));
  const { id: key } = await api.apiKey({ accountIds: [account] });
  theirs = { account, event: event.id, conversation: click.json().conversationId, key };
});

afterAll(() => api.close());

/** Sent from an address of its own, because an address that sends many wrong keys is stopped. */
function send(route: string, things: Things, headers: InjectOptions["headers"] = {}): Promise<LightMyRequestResponse> {
  const [method, path] = route.split(" ") as ["GET", string];
  const { url = path, body } = GUARDED[route]?.about(things) ?? {};
  const address = { remoteAddress: `10.0.0.${Object.keys(GUARDED).indexOf(route)}` };
  return api.app.inject({ method, url, headers, ...address, ...(body === undefined ? {} : { payload: body }) });
}
const bearing = (secret: string) => ({ authorization: `Bearer ${secret}` });
const heard = (answer: LightMyRequestResponse) => ({
  status: answer.statusCode,
  body: answer.body === "" ? "" : { ...answer.json(), requestId: "" },
});

describe("every route of the API", () => {
  test("is in the table of routes with the scope it asks for, or is meant for everybody", () => {
    const asked = Object.fromEntries([...routes].filter(([route]) => !route.startsWith("HEAD ")));
    const told = Object.entries(GUARDED).map(([route, { scope }]) => [route, scope]);
    expect(asked).toEqual(Object.fromEntries([...told, ...PUBLIC.map((route) => [route, null])]));
  });

  test("asks for the same scope whether it is asked for all or for the head only", () => {
    const heads = [...routes].filter(([route]) => route.startsWith("HEAD "));
    expect(heads.length).toBeGreaterThan(5);
    for (const [route, scope] of heads) expect(scope, route).toBe(routes.get(route.replace("HEAD", "GET")));
  });
});

test("a route that does not say who may use it stops the start", () => {
  const start = (config: object) => obeySchemas(fastify()).get("/v1/forgotten", { config }, async () => "");
  expect(() => start({})).toThrow("/v1/forgotten");
  expect(() => start({ scope: null })).not.toThrow();
});

describe.each(Object.keys(GUARDED))("%s", (route) => {
  const { scope, answer } = GUARDED[route] as Entry;

  test("lets nobody in without a key, or with one that is wrong, damaged, revoked or expired", async () => {
    const revoked = await api.apiKey({ scopes: ["admin"] });
    await api.call("DELETE", `/v1/api-keys/${revoked.id}`);
    const expired = await api.apiKey({ scopes: ["admin"] });
    await api.apiKeyStore.endBy(expired.id, new Date());
    const { secret } = await api.apiKey({ scopes: ["admin"] });
    const other = secret.endsWith("0") ? "1" : "0";
    const presented: [InjectOptions["headers"], string][] = [
      [{}, "api_key_missing"],
      [{ authorization: `Basic ${secret}` }, "api_key_missing"],
      [bearing("canary-key-of-nobody-0123456789-0123"), "api_key_invalid"],
      [bearing(secret.slice(0, -1) + other), "api_key_invalid"],
      [bearing(revoked.secret), "api_key_invalid"],
      [bearing(expired.secret), "api_key_expired"],
    ];
    for (const [headers, code] of presented) {
      const refused = await send(route, theirs, headers);
      expect([refused.statusCode, refused.json().code]).toEqual([401, code]);
      expect(refused.body).not.toMatch(/canary|crk_/);
    }
  });

  test("refuses a key without its scope, and names it", async () => {
    const others = (["send", "read", "operate"] as const).filter((one) => one !== scope);
    const { secret } = await api.apiKey({ scopes: others });
    const refused = await send(route, theirs, bearing(secret));
    expect([refused.statusCode, refused.json().code, refused.json().type]).toEqual([
      403,
      "scope_missing",
      "permission_error",
    ]);
    expect(refused.json().error).toContain(` ${scope},`);
  });

  test("takes what is another's for what does not exist: same answer, same look-ups", async () => {
    const { secret } = await api.apiKey({ scopes: [scope], accountIds: ["own-shop"] });
    const lookUps = [
      vi.spyOn(api.accountStore, "find"),
      vi.spyOn(api.accountStore, "findByWaba"),
      vi.spyOn(api.ledger, "find"),
      vi.spyOn(api.conversations, "find"),
      vi.spyOn(api.apiKeyStore, "find"),
    ];
    const ask = async (things: Things) => {
      for (const spy of lookUps) spy.mockClear();
      const answered = await send(route, things, bearing(secret));
      return { ...heard(answered), lookUps: lookUps.map((spy) => spy.mock.calls.length) };
    };
    const [about, aboutNothing] = [await ask(theirs), await ask(NOBODYS)];
    for (const spy of lookUps) spy.mockRestore();
    if (typeof answer === "function") {
      expect(about.status).toBe(200);
      answer(about.body);
    } else {
      expect([about.status, about.body.code]).toEqual(answer);
    }
    expect(about).toEqual(aboutNothing);
  });
});

test("nothing of another's was touched by all of this", async () => {
  expect(await api.accountStore.find("their-shop")).toMatchObject({ name: "Shop", state: "active" });
  expect(await api.ledger.find(theirs.event)).toMatchObject({ status: "rejected", generation: 0 });
  expect(await api.conversations.find(theirs.conversation)).not.toBeNull();
  expect(await api.apiKeyStore.find(theirs.key)).toMatchObject({ revokedAt: null, expiresAt: null });
});

test("a key bound to an account sees no key that may use more than that", async () => {
  const own = await api.apiKey({ scopes: ["admin"], accountIds: ["own-shop"] });
  const wider = await api.apiKey({ accountIds: ["own-shop", "their-shop"] });
  const listed = (await api.callWith(own.secret, "GET", "/v1/api-keys")).json().apiKeys as { id: string }[];
  const ids = listed.map(({ id }) => id);
  expect(ids).toContain(own.id);
  for (const hidden of [wider.id, theirs.key]) expect(ids).not.toContain(hidden);
  const all = (await api.call("GET", "/v1/api-keys")).json().apiKeys as { id: string }[];
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([own.id, wider.id, theirs.key]));
});

test("in a batch each item is judged by whose account it is", async () => {
  const { secret } = await api.apiKey({ accountIds: ["own-shop"] });
  const events = [aConversion("their-shop"), aConversion("own-shop"), aConversion("no-such-shop")];
  const { results } = (await api.callWith(secret, "POST", `${CONVERSIONS}/batch`, { events })).json();
  const told = results.map((one: { status?: string; error?: { code: string } }) => one.error?.code ?? one.status);
  expect(told).toEqual(["account_not_found", "queued", "account_not_found"]);
});
