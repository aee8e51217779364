import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
});

afterAll(() => api.close());

const post = (events: unknown) => api.call("POST", "/v1/whatsapp/conversions/batch", { events });

describe("a batch", () => {
  test("gives each conversion an answer of its own, in order; a bad one refuses nobody else", async () => {
    const eventId = randomUUID();
    const { statusCode, body } = await post([
      aConversion(accountId, { eventId }),
      aConversion(accountId, { eventId }),
      aConversion(accountId, { eventId, externalId: "somebody-else" }),
      { eventId: "person@example.com" },
      42,
      aConversion("nobody"),
      aConversion(accountId),
    ]);
    expect(statusCode).toBe(200);
    const { results } = JSON.parse(body);
    expect(results.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(results[0]).toMatchObject({ eventId, duplicate: false, status: "queued" });
    expect(results[1]).toMatchObject({ id: results[0].id, duplicate: true });
    expect(results[2]).toMatchObject({
      eventId,
      error: { code: "event_id_conflict", param: "eventId", retryable: false },
    });
    expect(results[3]).toMatchObject({ eventId: null, error: { param: "accountId", code: "missing_field" } });
    expect(results[4]).toMatchObject({ eventId: null, error: { code: "invalid_value" } });
    expect(results[5]).toMatchObject({ error: { code: "account_not_found", param: "accountId" } });
    expect(results[6]).toMatchObject({ duplicate: false });
    expect(body).not.toContain("person@example.com");
  });

  test("tells every mistake of a conversion, as it would be told alone", async () => {
    const wrong = aConversion(accountId, { value: "1", currency: "x", order_id: "7" });
    const [alone, batch] = await Promise.all([api.call("POST", "/v1/whatsapp/conversions", wrong), post([wrong, [1]])]);
    const [{ error }, { error: ofList }] = batch.json().results;
    expect(error.details).toHaveLength(3);
    expect(error.details).toEqual(alone.json().details);
    expect(ofList.message).toBe("This entry of the list must be an object.");
  });

  test("tells ten mistakes of each conversion at most, so that a short request buys no long answer", async () => {
    const wrong = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`typo_${"x".repeat(at + 1)}`, at]));
    const [{ error }] = (await post([wrong])).json().results;
    expect(error.details).toHaveLength(10);
    expect(error.details[0].message).toBe(error.message);
  });

  test("with a repeat of which our record is broken answers that one with our mistake, and tells it once", async () => {
    const broken = [aConversion(accountId), aConversion(accountId)];
    const ids = (await post(broken)).json().results.map(({ id }: { id: string }) => id);
    await api.mongo.native.events.updateMany({ _id: { $in: ids } }, { $unset: { expiresAt: "" } });
    const answer = await post([aConversion(accountId), ...broken, aConversion(accountId)]);
    expect(answer.statusCode).toBe(200);
    const [before, ours, , after] = answer.json().results;
    expect([before.duplicate, after.duplicate]).toEqual([false, false]);
    expect(ours).toMatchObject({ eventId: broken[0]?.eventId, error: { code: "internal_error", retryable: true } });
    const told = api.logLines.filter((line) => line.includes("conversions of a batch failed"));
    expect(told.map((line) => JSON.parse(line))).toMatchObject([
      { failed: 2, requestId: answer.headers["x-request-id"] },
    ]);
    expect(told.join()).not.toContain(broken[0]?.eventId);
  });

  test("of a thousand is stored whole, and one of a thousand and one is refused whole", async () => {
    const events = Array.from({ length: 1_000 }, () => aConversion(accountId));
    const before = await api.mongo.native.events.countDocuments({});
    const { statusCode } = await post(events);
    expect(statusCode).toBe(200);
    expect(await api.mongo.native.events.countDocuments({})).toBe(before + 1_000);
    const refused = await post([...events, aConversion(accountId)]);
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ param: "events", error: "events must hold at most 1000 entries." });
  });

  test("that holds no list is refused with the field's name", async () => {
    const { statusCode, body } = await api.call("POST", "/v1/whatsapp/conversions/batch", {});
    expect([statusCode, JSON.parse(body).param]).toEqual([400, "events"]);
  });
});
