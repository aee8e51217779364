import type { AddressInfo } from "node:net";
import { anAttempt } from "@capi-relay/domain/builders";
import { type LedgerEvent, QueryTooSlow, StorageUnavailable } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { aConversion, aDelivery, NO_META, openApi, VERIFY_TOKEN } from "./an-api.ts";
import { type Api, type Asker, anAsker, answersOf, ID } from "./an-asker.ts";
import { answerToHalfABody, askWrongly } from "./ask-wrongly.ts";
import { decisionsThat, portsThat } from "./broken-ports.ts";
import { documentedErrors, exampleBodies } from "./described-api.ts";

/*
 * Drives every operation into every answer that its description lists, and compares: what is documented can happen, what
 * happens is documented, and every answer fits its schema. A new route or code fails here until a way to it is added.
 */

let api: Api;
let accountId: string;
let asker: Asker;
let operations: Asker["operations"];
let named: Asker["named"];
let note: Asker["note"];
let ask: Asker["ask"];
let send: Asker["send"];

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account({ id: "shop-1" }));
  asker = await anAsker(api, accountId);
  ({ operations, named, note, ask, send } = asker);
});

afterAll(() => api.close());

async function stored(changes: Partial<LedgerEvent>): Promise<string> {
  const event = aLedgerEvent({ accountId, ...changes });
  await api.ledger.accept(event);
  return event.id;
}

const REJECTED = { status: "rejected", reason: "meta_value_missing", endedAt: new Date() } as const;
const MAYBE = { attempts: [anAttempt({ mayHaveArrived: true })] };
const OVER = { expiresAt: new Date(0) };
const VALUE = { changes: { value: 1, currency: "BRL" } };

test("what everybody may ask is answered", async () => {
  for (const operationId of ["getLiveness", "getReadiness", "explainErrors", "getOpenapi"]) await send(operationId);
});

test("conversions are answered in every way their routes know", async () => {
  const first = aConversion(accountId);
  for (const body of [first, first, { ...first, externalId: "x" }]) await send("sendConversion", body);
  const nowSeconds = Math.floor(Date.now() / 1_000);
  await api.account({ id: "off" });
  await api.accountStore.switchOffName("off", "1234567890", "LeadSubmitted");
  for (const changes of [
    { bsuid: undefined },
    { eventName: "Purchase" },
    { value: 5 },
    { accountId: "nobody" },
    { eventName: "Lead" },
    { eventName: "OrderCreated" },
    { accountId: "off" },
    { eventTime: Date.now() },
    { eventTime: nowSeconds + 3_600 },
    { eventTime: nowSeconds - 8 * 86_400 },
  ])
    await send("sendConversion", aConversion(accountId, changes));
  await send("sendConversions", { events: [aConversion(accountId), {}, aConversion("nobody")] });
  await send("getConversion", undefined, await stored({ ...REJECTED, ...MAYBE }));
  await send("getConversion");
});

test("the check and the list are answered in every way their routes know", async () => {
  for (const changes of [{}, { bsuid: undefined }, { eventName: "Purchase" }, { value: 5 }])
    await send("checkConversion", aConversion(accountId, changes));
  for (const query of [{}, { accountId: "nobody" }, { cursor: "x" }, { limit: "0" }, { zz: "1" }])
    await ask(named("listConversions"), { query });
  const slow = await openApi({ eventList: { page: () => Promise.reject(new QueryTooSlow()) } });
  await ask(named("listConversions"), {}, slow);
  await slow.close();
});

test("case work is answered in every way its routes know", async () => {
  await send("retryConversion", undefined, await stored(REJECTED));
  await send("retryConversion");
  for (const changes of [
    { status: "delivered" },
    { status: "outcome_unknown" },
    { status: "cancelled" },
    { ...REJECTED, ...OVER },
    { status: "held" },
    { status: "sending" },
    { ...REJECTED, sample: true },
  ] as const)
    await send("retryConversion", undefined, await stored(changes));
  await send("retryConversion", VALUE, await stored({ status: "failed", ...MAYBE }));
  await send("retryConversion", VALUE, await stored({ status: "skipped" }));
  await send("retryConversion", VALUE, await stored({ ...REJECTED, accountId: "nobody" }));
  for (const changes of [{ eventName: "Purchase" }, { value: 5 }, { eventName: "Lead" }, { eventName: "OrderCreated" }])
    await send("retryConversion", { changes }, await stored(REJECTED));
  const ofSwitchedOff = await stored({ ...REJECTED, accountId: "off", eventName: "AddToCart" });
  await send("retryConversion", { changes: { eventName: "LeadSubmitted" } }, ofSwitchedOff);
  const unreadable = await stored(REJECTED);
  await api.mongo.native.events.updateOne({ _id: unreadable }, { $set: { personal: "sealed by a key that is gone" } });
  await send("retryConversion", { changes: { email: "maria@example.com" } }, unreadable);

  await send("cancelConversion", undefined, await stored({}));
  await send("cancelConversion");
  for (const changes of [{ status: "sending" }, { status: "failed" }, { status: "retry_scheduled", ...MAYBE }] as const)
    await send("cancelConversion", undefined, await stored(changes));

  await send("resolveConversion", { as: "delivered" }, await stored({ status: "outcome_unknown" }));
  await send("resolveConversion", { as: "delivered" });
  await send("resolveConversion", { as: "delivered" }, await stored({ status: "failed" }));
  await send("resolveConversion", { as: "resend" }, await stored({ status: "outcome_unknown", ...OVER }));
  await send("resolveConversion", { as: "resend" }, await stored({ status: "outcome_unknown", sample: true }));
  // Only when somebody else resolves it in the same moment.
  const raced = await openApi({
    ledger: { find: async () => aLedgerEvent({ status: "outcome_unknown" }), findConfirmed: async () => null },
    decisions: decisionsThat(async () => ({ kind: "refused", because: "under_way" })),
  });
  await ask(named("resolveConversion"), { payload: { as: "resend" } }, raced);
  await raced.close();
});

test("clicks and conversations are answered in every way their routes know", async () => {
  const click = { accountId, ctwaClid: "ARA-1", clickedAt: 1_790_000_000, phoneE164: "5511987654321" };
  await send("importClick", click);
  await send("importClick", { ...click, phoneE164: undefined });
  await send("importClick", { ...click, accountId: "nobody" });
  await send("importClick", { ...click, conversationId: ID });
  await send("lookUpConversation", { accountId, phoneE164: click.phoneE164 });
  await send("lookUpConversation", { accountId: "nobody", phoneE164: click.phoneE164 });
  await send("lookUpConversation", { accountId });
  const found = await api.call("POST", "/v1/whatsapp/conversations/lookup", { accountId, phoneE164: click.phoneE164 });
  const { conversationId } = found.json().conversations[0];
  for (const operationId of ["getConversation", "eraseConversation"])
    for (const id of [conversationId, ID, "not-an-id"]) await send(operationId, undefined, id);
});

test("accounts are answered in every way their routes know", async () => {
  const account = { name: "Shop", wabaId: "77777777", accessToken: "EAAB-canary-token" };
  for (const changes of [{ id: "new" }, { id: "new", wabaId: "77777778" }, { id: "newer" }])
    await send("createAccount", { ...account, ...changes });
  await send("listAccounts");
  await send("changeAccount", { name: "New" });
  await send("changeAccount", { name: "New" }, "nobody");
  for (const operationId of ["getAccount", "pauseAccount", "resumeAccount", "probeAccount"])
    for (const id of [accountId, "nobody"]) await send(operationId, undefined, id);
  await send("probeAccount", undefined, "new");
  const locked = await lockedOut();
  await send("probeAccount", undefined, locked);
  await send("changeAccount", { datasetId: "998877" }, locked);
});

/** An account whose token no key opens any more, and that is paused for it. */
async function lockedOut(changes: object = {}): Promise<string> {
  const { id } = await api.account(changes);
  const paused = { state: "paused", pausedReason: "encryption_key_missing", pausedAt: new Date() };
  await api.mongo.collections.accounts.updateOne(
    { _id: id },
    { sealedToken: "sealed by a key that is gone", ...paused },
  );
  return id;
}

test("datasets are answered in every way their routes know", async () => {
  const { id } = await api.account({ datasetId: undefined });
  const both = async (of: string, on: Api = api) => {
    await ask(named("findDataset"), { query: { accountId: of } }, on);
    await ask(named("createDataset"), { payload: { accountId: of } }, on);
  };
  await both(accountId);
  await both("nobody");
  await both(await lockedOut({ datasetId: undefined }));
  await ask(named("findDataset"));
  await ask(named("findDataset"), { query: { accountId, zz: "1" } });
  await ask(named("findDataset"), { query: { accountId: "" } });
  const error = { code: 190, subcode: null, isTransient: false, traceId: null, title: null, message: null };
  const troubles = [
    { kind: "refused", httpStatus: 400, error, waitMs: null },
    { kind: "unclear", httpStatus: 502, cause: "not_json" },
    { kind: "not_sent", cause: "refused" },
    { kind: "throttled", httpStatus: 429, waitMs: null },
  ] as const;
  let trouble: (typeof troubles)[number] = troubles[0];
  const graph = { ...NO_META, findDataset: async () => trouble, createDataset: async () => trouble };
  const on = await openApi({ graph, accountStore: api.accountStore });
  for (trouble of troubles) await both(id, on);
  await on.close();
  // Somebody else creates it, for longer than anybody waits: every look at the clock is a minute later.
  let minute = 0;
  const taken = await openApi({
    accountStore: api.accountStore,
    leases: { take: async () => false, release: async () => {} },
    now: () => new Date(Date.now() + 60_000 * minute++),
  });
  await ask(named("createDataset"), { payload: { accountId: id } }, taken);
  await taken.close();
});

test("API keys are answered in every way their routes know", async () => {
  const bound = await api.apiKey({ scopes: ["admin"], accountIds: [accountId] });
  const headers = { authorization: `Bearer ${bound.secret}` };
  const key = { name: "Order system", scopes: ["send"], accountIds: [accountId] };
  await send("createApiKey", key);
  await ask(named("createApiKey"), { payload: { ...key, accountIds: null }, headers });
  await ask(named("createApiKey"), { payload: { ...key, accountIds: ["nobody"] }, headers });
  const [account] = exampleBodies(named("createAccount"));
  await ask(named("createAccount"), { payload: account ?? {}, headers });
  await send("listApiKeys");
  for (const operationId of ["rotateApiKey", "revokeApiKey"])
    for (const id of [(await api.apiKey()).id, "nobody"]) await send(operationId, undefined, id);
  await api.apiKeyStore.revoke(bound.id, new Date());
  await send("rotateApiKey", undefined, bound.id);
});

test("an address that asks too often is answered 429 on every route but the health checks", async () => {
  const narrow = await openApi({ requestLimits: { perKey: 0, perAddress: 1, failuresPerAddress: 0 } });
  await narrow.call("GET", "/nowhere");
  for (const operation of operations.filter(({ responses }) => "429" in responses)) await ask(operation, {}, narrow);
  for (const operation of ["getLiveness", "getReadiness"]) await ask(named(operation), {}, narrow);
  await narrow.close();
});

test("webhooks are answered in every way their routes know", async () => {
  const hub = (query: Record<string, string>) => ask(named("verifyWebhook"), { query });
  await hub({ "hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1" });
  await hub({ "hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1" });
  await hub({});
  note(named("receiveWebhook"), await api.webhook(aDelivery("102290129340398")));
  note(named("receiveWebhook"), await api.webhook("{"));
  note(named("receiveWebhook"), await api.webhook({}, "sha256=00"));
  const bare = await openApi({ webhook: { verifyToken: undefined, appSecrets: [] } });
  await ask(named("verifyWebhook"), {}, bare);
  await ask(named("receiveWebhook"), { payload: {} }, bare);
  await bare.close();
});

test("keys, addresses and bodies that are wrong are answered alike on every route", async () => {
  const expired = await api.apiKey();
  await api.apiKeyStore.endBy(expired.id, new Date());
  const [sends, reads] = [await api.apiKey({ scopes: ["send"] }), await api.apiKey({ scopes: ["read"] })];
  await Promise.all(
    operations.map((operation, at) => {
      const lacking = operation["x-scope"] === "send" ? reads : sends;
      const keys = ["", "Bearer wrong", `Bearer ${expired.secret}`, `Bearer ${lacking.secret}`];
      return askWrongly(asker, operation, keys, `10.0.0.${at}`);
    }),
  );
}, 60_000);

// This one and the next wait for bounds of ours to pass, so they wait together.
test.concurrent("a database that is away or hangs, and mistakes of ours, are answered alike on every route", async () => {
  const troubles = [
    () => Promise.reject(new StorageUnavailable(new Error("away"))),
    () => Promise.reject(new Error("a mistake")),
    () => new Promise<never>(() => {}),
  ];
  const broken = await Promise.all(troubles.map((trouble) => openApi(portsThat(trouble))));
  const working = operations.filter((operation) =>
    documentedErrors(operation).some(({ code }) => code === "overloaded"),
  );
  expect(working.length).toBeGreaterThan(15);
  await Promise.all(
    broken.flatMap((on) =>
      working.map(async (operation) => {
        if (operation.operationId === "receiveWebhook")
          return note(operation, await on.webhook(aDelivery("1022901293")));
        const [payload] = exampleBodies(operation);
        return ask(operation, payload === undefined ? { query: asker.queryOf(operation) } : { payload }, on);
      }),
    ),
  );
  await ask(named("getReadiness"), {}, broken[0]);
  await Promise.all(broken.map((on) => on.close()));
  // The slowest route gives up after 15 seconds.
}, 60_000);

test.concurrent("a body that does not come is answered 408 on every route that takes one", async () => {
  await api.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const waiting = operations.filter(({ responses }) => "408" in responses);
  await Promise.all(
    waiting.map(async (operation) => {
      note(operation, await answerToHalfABody(port, operation, asker.urlOf(operation)));
    }),
  );
});

test("every documented answer was seen, and no other", () => {
  const documented = operations.flatMap(answersOf);
  const readiness = "getReadiness 503";
  expect([...asker.seen].toSorted()).toEqual([...documented, readiness].toSorted());
  expect(asker.undocumented).toEqual([]);
});
