import { randomUUID } from "node:crypto";
import { CapiRelay, type ConversionEvent } from "@capi-relay/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { API_KEY, aConversion, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let relay: CapiRelay;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  const baseUrl = await api.app.listen({ port: 0, host: "127.0.0.1" });
  relay = new CapiRelay({ baseUrl, apiKey: API_KEY });
  accountId = (await api.account()).id;
});
afterAll(() => api.close());

const anEvent = (changes: Partial<ConversionEvent> = {}): ConversionEvent => ({
  ...aConversion(accountId),
  ...changes,
});

test("an event, its repeat, its story", async () => {
  const event = anEvent();
  const first = await relay.conversions.send(event);
  expect(first).toMatchObject({ eventId: event.eventId, status: "queued", duplicate: false });
  expect(await relay.conversions.send(event)).toMatchObject({ id: first.id, duplicate: true });
  const story = await relay.conversions.get(first.id);
  expect(story).toMatchObject({ id: first.id, accountId, eventName: "LeadSubmitted", status: "queued", attempts: [] });
  const followed = await relay.conversions.waitUntilSettled(first.id, { timeoutMs: 300 });
  expect(followed).toMatchObject({ settled: false, story: { id: first.id } });
});

test("a Date is the same moment as its Unix seconds", async () => {
  const event = anEvent({ eventTime: new Date(Date.now() - 5_000) });
  const { id } = await relay.conversions.send(event);
  const seconds = Math.floor((event.eventTime as Date).getTime() / 1_000);
  expect(Date.parse((await relay.conversions.get(id)).eventTime)).toBe(seconds * 1_000);
});

test("a batch answers for each event, and a bad one refuses nobody else", async () => {
  const events = [anEvent(), anEvent({ eventName: "Lead" }), anEvent(), anEvent({ accountId: "nobody" })];
  const results = await relay.conversions.sendBatch(events);
  expect(results.map(({ index, eventId, error }) => [index, eventId, error?.code])).toEqual([
    [0, events[0]?.eventId, undefined],
    [1, events[1]?.eventId, "event_name_refused"],
    [2, events[2]?.eventId, undefined],
    [3, events[3]?.eventId, "account_not_found"],
  ]);
});

test.each<[string, Partial<ConversionEvent>, object]>([
  ["a field", { phoneE164: "+5511987654321" }, { status: 400, code: "invalid_value", param: "phoneE164" }],
  ["a name", { eventName: "Lead" }, { status: 422, code: "event_name_refused", param: "eventName" }],
  ["an account", { accountId: "nobody" }, { status: 404, code: "account_not_found", param: "accountId" }],
])("a refusal names %s, the fix, and where to read on", async (_what, wrong, expected) => {
  const error = await relay.conversions.send(anEvent(wrong)).catch((failure: unknown) => failure);
  expect(error).toMatchObject({ name: "CapiRelayError", retryable: false, ...expected });
  const { docUrl, code } = error as { docUrl: string; code: string };
  expect(await (await fetch(docUrl)).text()).toContain(code);
});

test("the same id with another price is a conflict", async () => {
  const event = anEvent({ eventName: "Purchase", value: 10, currency: "BRL" });
  await relay.conversions.send(event);
  const again = relay.conversions.send({ ...event, value: 11 });
  await expect(again).rejects.toMatchObject({ status: 409, code: "event_id_conflict" });
});

test("an account's dataset, and one that Meta cannot be asked for", async () => {
  const dataset = { datasetId: "1234567890", created: false };
  expect(await relay.dataset.get(accountId)).toEqual(dataset);
  expect(await relay.dataset.create({ accountId, datasetName: "Shop" })).toEqual(dataset);
  const { id } = await api.account({ datasetId: undefined });
  const away = relay.dataset.create({ accountId: id }, { retries: 0 });
  await expect(away).rejects.toMatchObject({ status: 503, code: "meta_away", retryable: true });
});

test("cancelling, and what then can no longer be done", async () => {
  const { id } = await relay.conversions.send(anEvent());
  expect(await relay.conversions.cancel(id)).toMatchObject({ status: "cancelled", reason: "cancelled_by_caller" });
  await expect(relay.conversions.retry(id)).rejects.toMatchObject({ status: 409 });
  await expect(relay.conversions.resolve(id, "delivered")).rejects.toMatchObject({
    status: 409,
    code: "outcome_is_known",
  });
  const followed = await relay.conversions.waitUntilSettled(id);
  expect(followed).toMatchObject({ settled: true, story: { status: "cancelled" } });
});

test("a click from elsewhere, the contact it belongs to, and its erasure", async () => {
  const bsuid = `BR.${randomUUID().replaceAll("-", "")}`;
  const clickedAt = new Date(Date.now() - 60_000);
  const click = await relay.clicks.record({ accountId, ctwaClid: `ARA-${randomUUID()}`, clickedAt, bsuid });
  const [found, ...others] = await relay.conversations.lookup({ accountId, bsuid });
  expect(others).toEqual([]);
  expect(found).toMatchObject({ conversationId: click.conversationId, hasClick: true, matchedBy: "bsuid" });
  const { clicks } = await relay.conversations.get(click.conversationId);
  expect(clicks).toMatchObject([{ id: click.id, clickedAt: clickedAt.toISOString() }]);
  await relay.conversations.erase(click.conversationId);
  expect(await relay.conversations.lookup({ accountId, bsuid })).toEqual([]);
});

test("an account: made, changed, paused, resumed, tried out", async () => {
  const made = await relay.accounts.create({
    ...{ name: "Second shop", wabaId: "998877665544332", datasetId: "1234567891", accessToken: CANARIES.token },
  });
  expect(made).toMatchObject({ name: "Second shop", state: "active" });
  expect((await relay.accounts.change(made.id, { waitForClickHours: 2 })).waitForClickHours).toBe(2);
  expect((await relay.accounts.pause(made.id)).state).toBe("paused");
  expect((await relay.accounts.resume(made.id)).state).toBe("active");
  expect(await relay.accounts.get(made.id)).toMatchObject({ id: made.id, waitForClickHours: 2 });
  expect((await relay.accounts.list()).map(({ id }) => id)).toContain(made.id);
  // Nobody answers where this API would ask Meta.
  expect(await relay.accounts.probe(made.id)).toMatchObject({ verdict: "unclear" });
});

test("a wrong key is told so, without the key", async () => {
  const stranger = new CapiRelay({ baseUrl: await addressOf(), apiKey: "canary-wrong-key" });
  const error = await stranger.accounts.list().catch((failure: unknown) => failure);
  expect(error).toMatchObject({ status: 401, code: "api_key_invalid" });
  expect(JSON.stringify(error) + String(error)).not.toContain("canary");
});

async function addressOf(): Promise<string> {
  const address = api.app.server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}
