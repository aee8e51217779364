import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { anAttempt } from "@capi-relay/domain/builders";
import { type LedgerEvent, QueryTooSlow, StorageUnavailable } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ApiPorts } from "../src/app.ts";
import { API_KEY, aConversion, aDelivery, NO_META, openApi, VERIFY_TOKEN } from "./an-api.ts";
import {
  answerChecker,
  documentedErrors,
  exampleBodies,
  type OpenapiDocument,
  type Operation,
  operationsOf,
  readDocument,
} from "./described-api.ts";

/*
 * Drives every operation into every answer that its description lists, and compares: what is documented can happen, what
 * happens is documented, and every answer fits its schema. A new route or code fails here until a way to it is added.
 */

type Api = Awaited<ReturnType<typeof openApi>>;

let api: Api;
let accountId: string;
let document: OpenapiDocument;
let operations: readonly Operation[];
let troubleWith: ReturnType<typeof answerChecker>;
const seen = new Set<string>();
const undocumented: string[] = [];

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account({ id: "shop-1" }));
  document = await readDocument(api.app);
  operations = operationsOf(document);
  troubleWith = answerChecker(document);
});

afterAll(() => api.close());

const ID = "0".repeat(24);
const named = (operationId: string): Operation => {
  const found = operations.find((one) => one.operationId === operationId);
  if (found === undefined) throw new Error(`no operation ${operationId}`);
  return found;
};
const urlOf = ({ path }: Operation, id = path.startsWith("/v1/accounts") ? accountId : ID) => path.replace("{id}", id);

/** Notes what an operation answered, and whether its description knows that answer. */
function note(operation: Operation, { statusCode, body }: Pick<LightMyRequestResponse, "statusCode" | "body">): void {
  const key = keyOf(
    operation,
    statusCode,
    statusCode < 400 ? "" : ((JSON.parse(body) as { code?: string }).code ?? ""),
  );
  seen.add(key);
  const trouble = troubleWith(operation, statusCode, body);
  if (trouble !== null) undocumented.push(`${key}: ${trouble}`);
}

const keyOf = ({ operationId }: Operation, status: number, code: string) => `${operationId} ${status} ${code}`.trim();

async function ask(operation: Operation, options: InjectOptions = {}, on: Api = api): Promise<void> {
  const { headers, ...rest } = options;
  const answer = await on.app.inject({
    method: operation.method,
    url: urlOf(operation),
    headers: { authorization: `Bearer ${API_KEY}`, ...headers },
    ...rest,
  });
  note(operation, answer);
}

const asJson = { "content-type": "application/json" };
const send = (operationId: string, payload?: object, id?: string) =>
  ask(named(operationId), { url: urlOf(named(operationId), id), ...(payload === undefined ? {} : { payload }) });

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

function decisionsThat(resolve: ApiPorts["decisions"]["resolve"]): ApiPorts["decisions"] {
  const never = async () => Promise.reject(new Error("not asked here"));
  return { redrive: never, cancel: never, resolve };
}

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
      return askWrongly(operation, keys, `10.0.0.${at}`);
    }),
  );
}, 60_000);

/** @param address One for each operation, because an address with many wrong keys is stopped. */
async function askWrongly(operation: Operation, keys: readonly string[], address: string): Promise<void> {
  if (operation["x-scope"] !== undefined)
    for (const authorization of keys) await ask(operation, { headers: { authorization }, remoteAddress: address });
  if (operation.path.includes("{id}")) await ask(operation, { url: urlOf(operation, "%zz") });
  if (operation.method === "GET") return;
  const [example = {}] = exampleBodies(operation);
  const bodies = ["[]", JSON.stringify({ ...example, zz: 1 }), "{}", '{"changes":{"contents":[{}]}}'];
  for (const payload of ["{", '{"__proto__":1}', ...(operation.requestBody === undefined ? [] : bodies)])
    if (operation.operationId !== "receiveWebhook") await ask(operation, { payload, headers: asJson });
  if (operation.requestBody?.required) await ask(operation);
  await ask(operation, { headers: asJson });
  await ask(operation, { payload: "{}", headers: { ...asJson, "content-length": "5" } });
  await ask(operation, { payload: "{}", headers: { ...asJson, "content-length": "99999999" } });
  await ask(operation, { payload: "{}", headers: { ...asJson, "content-encoding": "gzip" } });
  await ask(operation, { payload: "{}", headers: { "content-type": "text/plain" } });
}

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
        return ask(operation, payload === undefined ? { query: queryOf(operation) } : { payload }, on);
      }),
    ),
  );
  await ask(named("getReadiness"), {}, broken[0]);
  await Promise.all(broken.map((on) => on.close()));
  // The slowest route gives up after 15 seconds.
}, 60_000);

/** What an address needs behind it to be understood. */
function queryOf({ parameters = [] }: Operation): Record<string, string> {
  const required = parameters.filter((one) => one.in === "query" && one.required === true);
  return Object.fromEntries(required.map(({ name }) => [name, accountId]));
}

/** Ports of which every call ends the same way. */
function portsThat(end: () => Promise<never>): Partial<ApiPorts> {
  const port = new Proxy({}, { get: () => end }) as never;
  return {
    accounts: port,
    accountStore: port,
    apiKeyStore: port,
    conversations: port,
    ledger: port,
    eventList: port,
    dispatcher: port,
    resting: port,
    decisions: port,
    missingIndexes: end,
  };
}

test.concurrent("a body that does not come is answered 408 on every route that takes one", async () => {
  await api.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.app.server.address() as AddressInfo;
  const waiting = operations.filter(({ responses }) => "408" in responses);
  await Promise.all(
    waiting.map(async (operation) => {
      const socket = connect(port, "127.0.0.1");
      let text = "";
      socket.on("data", (bytes: Buffer) => {
        text += bytes.toString();
      });
      const head = `${operation.method} ${urlOf(operation)} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${API_KEY}`;
      socket.write(`${head}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`);
      await once(socket, "close");
      const [, status = "0"] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
      note(operation, { statusCode: Number(status), body: text.split("\r\n\r\n")[1] ?? "" });
    }),
  );
});

test("every documented answer was seen, and no other", () => {
  const documented = operations.flatMap((operation) => [
    ...documentedErrors(operation).map(({ status, code }) => keyOf(operation, status, code)),
    ...Object.keys(operation.responses)
      .filter((status) => Number(status) < 400)
      .map((status) => keyOf(operation, Number(status), "")),
  ]);
  const readiness = "getReadiness 503";
  expect([...seen].toSorted()).toEqual([...documented, readiness].toSorted());
  expect(undocumented).toEqual([]);
});
