import { randomUUID } from "node:crypto";
import { deliveryKey } from "@capi-relay/domain";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aDelivery, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const nowS = () => Math.floor(Date.now() / 1_000);

const aGuess = (changes: object = {}) => ({
  id: `wamid.canary${randomUUID()}`,
  event_name: "Purchase",
  timestamp: nowS() - 60,
  ctwa_clid: "ARA-automatic-click",
  custom_data: { currency: "BRL", value: 25_000 },
  ...changes,
});

const deliveryOf = (wabaId: string, guesses: readonly unknown[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: wabaId, changes: [{ field: "automatic_events", value: { automatic_events: guesses } }] }],
});

const eventsOf = (accountId: string) => api.mongo.collections.events.find({ accountId }).lean();
const lastLine = (message: string) =>
  api.logLines.map((line) => JSON.parse(line)).findLast((line) => line.msg === message);

async function refusalsOf(accountId: string) {
  await api.intake.flush();
  const hour = { from: new Date(Date.now() - 7_200_000), until: new Date(Date.now() + 7_200_000) };
  return (await api.refusals.between({ accountId, ...hour })).map(({ code, count }) => `${code} ${count}`).sort();
}

describe("a purchase that Meta detected", () => {
  test("is ignored unless the account wants it, and counted", async () => {
    const { id, wabaId } = await api.account();
    expect((await api.webhook(deliveryOf(wabaId, [aGuess(), aGuess()]))).statusCode).toBe(200);
    expect(await eventsOf(id)).toEqual([]);
    expect(lastLine("webhook.taken").automatic).toEqual({ ignored: 2 });
    expect(await refusalsOf(id)).toEqual(["automatic_event_ignored 2"]);
  });

  test("becomes a conversion of the account that forwards, with its own click, time and price", async () => {
    const { id, wabaId } = await api.account({ automaticEvents: "forward" });
    const guess = aGuess();
    expect((await api.webhook(deliveryOf(wabaId, [guess]))).statusCode).toBe(200);
    const [row] = await eventsOf(id);
    expect(row).toMatchObject({
      eventName: "Purchase",
      automatic: true,
      status: "queued",
      eventTime: new Date(guess.timestamp * 1_000),
      contact: { ctwaClid: "ARA-automatic-click" },
      details: { value: 25, currency: "BRL" },
    });
    expect(row?._id).toBe(deliveryKey({ accountId: id, eventId: row?.eventId ?? "" }));
    expect(await api.ledger.find(row?._id ?? "")).toMatchObject({ automatic: true });
    expect(lastLine("automatic_event.forwarded")).toMatchObject({ amountGiven: 25_000, value: 25, currency: "BRL" });
  });

  test("told again, at once or later, is one conversion", async () => {
    const { id, wabaId } = await api.account({ automaticEvents: "forward" });
    const delivery = deliveryOf(wabaId, [aGuess()]);
    await Promise.all(Array.from({ length: 10 }, () => api.webhook(delivery)));
    await api.webhook(delivery);
    expect(await eventsOf(id)).toHaveLength(1);
    expect(lastLine("webhook.taken").automatic).toEqual({ duplicate: 1 });
  });

  test("and a lead detected in the same message are two conversions", async () => {
    const { id, wabaId } = await api.account({ automaticEvents: "forward" });
    const purchase = aGuess();
    await api.webhook(
      deliveryOf(wabaId, [purchase, { ...purchase, event_name: "LeadSubmitted", custom_data: undefined }]),
    );
    expect((await eventsOf(id)).map(({ eventName }) => eventName).sort()).toEqual(["LeadSubmitted", "Purchase"]);
  });

  test("that cannot be sent is refused by itself and counted, and its neighbours come in", async () => {
    const { id, wabaId } = await api.account({ automaticEvents: "forward", allowedEventNames: ["Purchase"] });
    const delivery = deliveryOf(wabaId, [
      { nonsense: true },
      aGuess({ ctwa_clid: undefined }),
      aGuess({ custom_data: undefined }),
      aGuess({ timestamp: nowS() - 8 * 86_400 }),
      aGuess({ event_name: "LeadSubmitted", custom_data: undefined }),
      aGuess(),
    ]);
    expect((await api.webhook(delivery)).statusCode).toBe(200);
    expect(await eventsOf(id)).toHaveLength(1);
    expect(lastLine("webhook.taken")).toMatchObject({ unreadable: 1, automatic: { refused: 4, forwarded: 1 } });
    expect(await refusalsOf(id)).toEqual([
      "contact_required 1",
      "event_name_not_allowed 1",
      "event_time_too_old 1",
      "value_required 1",
    ]);
  });

  test("of a business nobody has set up is counted and passed over", async () => {
    const delivery = deliveryOf("881122334456", [aGuess()]);
    expect((await api.webhook(delivery)).statusCode).toBe(200);
    expect(lastLine("webhook.taken").automatic).toEqual({ unknown_waba: 1 });
  });

  test("comes in beside the click it belongs to, and leaves no message id anywhere", async () => {
    const { id, wabaId } = await api.account({ automaticEvents: "forward" });
    const delivery = { ...aDelivery(wabaId) };
    const { entry } = deliveryOf(wabaId, [aGuess()]);
    await api.webhook({ ...delivery, entry: [...delivery.entry, ...entry] });
    expect(lastLine("webhook.taken")).toMatchObject({ newClicks: 1, automatic: { forwarded: 1 } });
    const rows = JSON.stringify(await eventsOf(id));
    for (const text of [rows, api.logLines.join(""), await api.registry.metrics()])
      expect(text).not.toMatch(/wamid|canary/);
  });
});

test("while the database is away, Meta is asked to come again", async () => {
  const { wabaId } = await api.account({ automaticEvents: "forward" });
  const account = await api.accountStore.findByWaba(wabaId);
  const broken = await openApi({
    accounts: { find: async () => account, findByWaba: async () => account },
    dispatcher: {
      accept: async () => {
        throw new (await import("@capi-relay/storage")).StorageUnavailable(new Error("away"));
      },
    } as never,
  });
  const answer = await broken.webhook(deliveryOf(wabaId, [aGuess()]));
  expect([answer.statusCode, answer.json().code]).toEqual([503, "storage_unavailable"]);
  await broken.close();
});
