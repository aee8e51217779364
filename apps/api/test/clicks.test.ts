import { lookupsOfContact } from "@capi-relay/domain";
import { NOBODY } from "@capi-relay/domain/builders";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aConversion, aDelivery, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let account: { id: string; wabaId: string };

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  account = await api.account();
});

afterAll(() => api.close());

const aClick = (changes: object = {}) => ({
  accountId: account.id,
  ctwaClid: "ARA-imported",
  clickedAt: Math.floor(Date.now() / 1_000) - 600,
  bsuid: CANARIES.bsuid,
  ...changes,
});
const post = (changes: object = {}) => api.call("POST", "/v1/whatsapp/clicks", aClick(changes));

describe("a click from elsewhere", () => {
  test("is kept with its contact, whom the order system can ask for", async () => {
    const answer = await post({ adId: "1202", headline: "Olá" });
    expect(answer.statusCode).toBe(201);
    const { conversationId } = answer.json();
    const read = await api.call("GET", `/v1/whatsapp/conversations/${conversationId}`);
    expect(read.json().clicks).toMatchObject([{ adId: "1202" }]);
    expect(answer.body + read.body + api.logLines.join("")).not.toContain(CANARIES.bsuid);
  });

  test("that comes twice is kept once", async () => {
    const [first, second] = [await post({ ctwaClid: "ARA-twice" }), await post({ ctwaClid: "ARA-twice" })];
    expect(second.json()).toEqual(first.json());
  });

  test("of a known conversation joins it; of another account's is not found", async () => {
    const { conversationId } = (await post()).json();
    const known = { conversationId, bsuid: undefined, ctwaClid: "ARA-second" };
    expect((await post(known)).json().conversationId).toBe(conversationId);
    const other = await api.account();
    const answer = await post({ ...known, accountId: other.id });
    expect([answer.statusCode, answer.json().code]).toEqual([404, "conversation_not_found"]);
  });

  test("wakes whoever waited for it", async () => {
    const event = aLedgerEvent({ accountId: account.id });
    await api.ledger.accept(event);
    const { conversationId } = (await post({ bsuid: undefined, phoneE164: "5511900000001" })).json();
    const outcome = { status: "waiting_click", reason: "no_click_yet", dueAt: event.expiresAt } as const;
    const names = lookupsOfContact(account.wabaId, { ...NOBODY, conversationId });
    await api.ledger.settle(event, { outcome, attempt: null, click: null }, names);
    await post({ bsuid: undefined, phoneE164: "5511900000001", ctwaClid: "ARA-new" });
    expect((await api.ledger.find(event.id))?.status).toBe("queued");
  });

  test("may carry its time in words", async () => {
    expect((await post({ clickedAt: new Date(Date.now() - 60_000).toISOString() })).statusCode).toBe(201);
  });

  test.each<[number, string, object]>([
    [404, "account_not_found", { accountId: "nobody" }],
    [400, "contact_required", { bsuid: undefined }],
    [400, "invalid_value", { clickedAt: "yesterday" }],
    [400, "invalid_value", { clickedAt: Date.now() }],
    [400, "missing_field", { clickedAt: undefined }],
    [400, "invalid_value", { clickedAt: Math.floor(Date.now() / 1_000) + 120 }],
    [400, "invalid_value", { phoneE164: "+55" }],
    [400, "missing_field", { ctwaClid: undefined }],
    [400, "unknown_field", { colour: "red" }],
  ])("is answered %i %s for %j", async (status, code, changes) => {
    const answer = await post(changes);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});

test.each<[string, unknown]>([
  ["clickedAt must be whole Unix seconds, but looks like milliseconds: divide by 1000.", Date.now()],
  ["clickedAt lies more than 60 seconds ahead; check the clock that made it.", "2099-01-01T00:00:00Z"],
  ["clickedAt is missing; it must be whole Unix seconds, or a time such as 2026-11-20T12:00:00Z.", undefined],
])("a click is refused with the words: %s", async (error, clickedAt) => {
  expect((await post({ clickedAt })).json().error).toBe(error);
});

describe("erasing a conversation", () => {
  test("forgets the contact, its clicks and its part in events; the same person begins anew", async () => {
    const shop = await api.account();
    await api.webhook(aDelivery(shop.wabaId));
    const lookup = async () =>
      (
        await api.call("POST", "/v1/whatsapp/conversations/lookup", { accountId: shop.id, bsuid: CANARIES.bsuid })
      ).json().conversations;
    const [{ conversationId: id }] = await lookup();
    const event = aLedgerEvent({ accountId: shop.id, contact: { ...NOBODY, conversationId: id } });
    await api.ledger.accept(event);

    expect((await api.call("DELETE", `/v1/whatsapp/conversations/${id}`)).statusCode).toBe(204);
    expect(await lookup()).toEqual([]);
    expect(await api.ledger.find(event.id)).toMatchObject({ status: "cancelled", reason: "contact_erased" });
    expect(await api.audit.of(id, 1)).toMatchObject([{ action: "conversation_erased" }]);
    await api.webhook(aDelivery(shop.wabaId));
    const [again] = await lookup();
    expect(again.conversationId).not.toBe(id);
    expect(again.clicks).toHaveLength(1);
  });

  test("leaves the events on their way to be finished later", async () => {
    const shop = await api.account();
    await api.webhook(aDelivery(shop.wabaId));
    const lookup = { accountId: shop.id, bsuid: CANARIES.bsuid };
    const [{ conversationId: id }] = (await api.call("POST", "/v1/whatsapp/conversations/lookup", lookup)).json()
      .conversations;
    const event = aLedgerEvent({ accountId: shop.id, contact: { ...NOBODY, conversationId: id } });
    await api.ledger.accept(event);
    await api.ledger.claim([event], "worker", 60_000, new Date());
    expect((await api.call("DELETE", `/v1/whatsapp/conversations/${id}`)).statusCode).toBe(204);
    expect(await api.conversations.toForgetLater(10)).toEqual([{ id, eventIds: [event.id] }]);
  });

  test("takes it out of events that named its click or its former number alone, and ends those that were not sent", async () => {
    const shop = await api.account();
    await api.call("POST", `/v1/accounts/${shop.id}/pause`);
    const ctwaClid = "ARA-canary-click";
    const contact = { accountId: shop.id, bsuid: CANARIES.bsuid };
    await post({ ...contact, ctwaClid, phoneE164: CANARIES.phone });
    const { conversationId } = (await post({ ...contact, ctwaClid, phoneE164: "5511900000002" })).json();
    const { email, externalId, phone } = CANARIES;
    const ids = [];
    for (const named of [{ ctwaClid }, { phoneE164: phone }]) {
      const conversion = aConversion(shop.id, { bsuid: undefined, ...named, email, externalId });
      ids.push((await api.call("POST", "/v1/whatsapp/conversions", conversion)).json().id);
    }
    expect((await api.call("DELETE", `/v1/whatsapp/conversations/${conversationId}`)).statusCode).toBe(204);
    for (const id of ids) {
      const row = await api.mongo.native.events.findOne({ _id: id });
      expect(row).toMatchObject({ status: "cancelled", reason: "contact_erased", contact: NOBODY, retained: false });
      expect(row).not.toHaveProperty("personal");
    }
  });

  test("of one nobody knows is not found", async () => {
    const answer = await api.call("DELETE", "/v1/whatsapp/conversations/0123456789abcdef01234567");
    expect([answer.statusCode, answer.json().code]).toEqual([404, "conversation_not_found"]);
  });
});
