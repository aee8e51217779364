import { randomBytes } from "node:crypto";
import { AccountStore, EventLedger } from "@capi-relay/storage";
import { KeyRing } from "@capi-relay/vault";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aConversion, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
});

afterAll(() => api.close());

const path = "/v1/whatsapp/conversions";

/** A conversion with personal data, sealed with a key that this installation has no more. */
async function sealedElsewhere(changes: object = {}) {
  const sent = aConversion(accountId, { email: CANARIES.email, ...changes });
  const { id } = (await api.call("POST", path, sent)).json();
  const found = await api.ledger.find(id);
  if (found === null) throw new Error("not stored");
  await api.mongo.native.events.deleteOne({ _id: id });
  const lost = new EventLedger(api.mongo, KeyRing.parse(`lost:${randomBytes(32).toString("base64")}`));
  await lost.accept(found);
  return { id, sent };
}

test("a repeat of an event whose key is lost is a duplicate, alone and in a batch; other reports are conflicts", async () => {
  const { sent } = await sealedElsewhere();
  const alone = await api.call("POST", path, sent);
  expect([alone.statusCode, alone.json().duplicate]).toEqual([200, true]);
  const batch = await api.call("POST", `${path}/batch`, { events: [aConversion(accountId), sent] });
  expect([batch.statusCode, batch.json().results[1].duplicate]).toEqual([200, true]);
  const other = await api.call("POST", path, { ...sent, email: "another@example.com" });
  expect([other.statusCode, other.json().code]).toEqual([409, "event_id_conflict"]);
});

test("the story of an event whose key is lost is told, and it can be cancelled", async () => {
  const { id } = await sealedElsewhere();
  const story = await api.call("GET", `${path}/${id}`);
  expect([story.statusCode, story.json().status]).toEqual([200, "queued"]);
  const cancelled = await api.call("POST", `${path}/${id}/cancel`);
  expect([cancelled.statusCode, cancelled.json().status]).toEqual([200, "cancelled"]);
});

test("an event whose key is lost is corrected in what needs no key, and keeps its sealed data", async () => {
  const { id } = await sealedElsewhere();
  const reject = () => api.mongo.native.events.updateOne({ _id: id }, { $set: { status: "rejected" } });
  const sealed = async () => (await api.mongo.native.events.findOne({ _id: id }))?.personal;
  const before = await sealed();
  await reject();
  const retry = (changes: object) => api.call("POST", `${path}/${id}/retry`, { changes });
  const refused = await retry({ phoneE164: CANARIES.phone });
  expect([refused.statusCode, refused.json()]).toMatchObject([
    409,
    { code: "customer_data_unreadable", param: "changes.phoneE164" },
  ]);
  expect((await retry({ value: 5, currency: "BRL" })).statusCode).toBe(200);
  expect(await sealed()).toBe(before);
});

describe("an account whose token no key opens any more", () => {
  const another = () => KeyRing.parse(`lost:${randomBytes(32).toString("base64")}`);

  async function lockedOut(changes: object = {}): Promise<string> {
    const { id } = await api.account(changes);
    const lost = new AccountStore(api.mongo, another());
    const account = await lost.change(id, { accessToken: CANARIES.token }, new Date());
    if (account === null) throw new Error("not stored");
    await lost.pause(account, "encryption_key_missing", new Date());
    return id;
  }
  const told = (answer: Awaited<ReturnType<typeof api.call>>) => {
    expect(answer.body).not.toContain(CANARIES.token);
    return [answer.statusCode, answer.json().code, answer.json().param];
  };
  const unreadable = [409, "token_unreadable", "accessToken"];

  test("is told so when it is tried out", async () => {
    expect(told(await api.call("POST", `/v1/accounts/${await lockedOut()}/probe`))).toEqual(unreadable);
  });

  test("keeps its dataset until it has a token that can be read", async () => {
    const id = await lockedOut();
    const change = (body: object) => api.call("PATCH", `/v1/accounts/${id}`, body);
    expect(told(await change({ datasetId: "998877" }))).toEqual(unreadable);
    expect((await api.accountStore.find(id))?.datasetId).toBe("1234567890");
    expect((await change({ name: "Shop of old" })).statusCode).toBe(200);
    const mended = await change({ datasetId: "998877", accessToken: "a-new-token" });
    expect([mended.statusCode, mended.json()]).toMatchObject([200, { state: "active", datasetId: "998877" }]);
  });

  test("is active again once a new token is put in", async () => {
    const id = await lockedOut();
    const mended = await api.call("PATCH", `/v1/accounts/${id}`, { accessToken: "a-new-token" });
    expect([mended.statusCode, mended.json().state]).toEqual([200, "active"]);
  });

  test("is told so when Meta would have to be asked for its dataset", async () => {
    const accountId = await lockedOut({ datasetId: undefined });
    expect(told(await api.call("GET", `/v1/whatsapp/dataset?accountId=${accountId}`))).toEqual(unreadable);
    expect(told(await api.call("POST", "/v1/whatsapp/dataset", { accountId }))).toEqual(unreadable);
  });
});
