import { NOBODY } from "@capi-relay/domain/builders";
import { EventEraser } from "@capi-relay/storage";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { eraseContact } from "../src/erase-contact.ts";
import { aConversion, aDelivery, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
});

afterAll(() => api.close());

const ports = () => ({
  conversations: api.conversations,
  eraser: new EventEraser(api.mongo),
  now: () => new Date(),
});

test("an erasure that broke off before it came to the events is finished by being asked for again", async () => {
  const { id: accountId, wabaId } = await api.account();
  await api.call("POST", `/v1/accounts/${accountId}/pause`);
  await api.webhook(aDelivery(wabaId));
  const lookup = await api.call("POST", "/v1/whatsapp/conversations/lookup", { accountId, bsuid: CANARIES.bsuid });
  const [{ conversationId }] = lookup.json().conversations;
  const { id } = (await api.call("POST", "/v1/whatsapp/conversions", aConversion(accountId))).json();

  const breaksOff = { eraseContact: () => Promise.reject(new Error("the process ends here")) };
  await expect(eraseContact(conversationId, accountId, { ...ports(), eraser: breaksOff })).rejects.toThrow();
  expect(await api.ledger.find(id)).toMatchObject({ contact: { bsuidKey: expect.any(String) } });

  expect(await eraseContact(conversationId, accountId, ports())).toBe(true);
  expect(await api.ledger.find(id)).toMatchObject({ status: "cancelled", reason: "contact_erased", contact: NOBODY });
});

test("an erasure of a conversation that nobody knows says so", async () => {
  const { id: accountId } = await api.account();
  expect(await eraseContact("0".repeat(24), accountId, ports())).toBe(false);
});
