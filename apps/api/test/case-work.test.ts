import { anAttempt } from "@capi-relay/domain/builders";
import type { LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
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

async function stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = aLedgerEvent({ accountId, ...changes });
  await api.ledger.accept(event);
  return event;
}

const ask = (what: "retry" | "cancel" | "resolve", { id }: { id: string }, body?: object) =>
  api.call("POST", `/v1/whatsapp/conversions/${id}/${what}`, body);
const REJECTED = { status: "rejected", reason: "meta_value_missing", endedAt: new Date() } as const;
const MAYBE = { attempts: [anAttempt({ mayHaveArrived: true })] };

describe("a retry", () => {
  test("sends an event again and tells its story; who asked is noted", async () => {
    const event = await stored(REJECTED);
    const answer = await ask("retry", event);
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { id: event.id, status: "queued" }]);
    expect(await api.queue.placeOf({ id: event.id, generation: 1 })).toBe("underway");
    expect(await api.audit.of(event.id, 10)).toMatchObject([{ action: "event_retried", who: "root key" }]);
  });

  test("with changes corrects the event; which fields is noted, what they hold is not", async () => {
    const event = await stored({ ...REJECTED, personal: { em: "old" } });
    const changes = { eventName: "Purchase", value: 12.5, currency: "BRL", phoneE164: CANARIES.phone };
    const answer = await ask("retry", event, { changes });
    expect(answer.statusCode).toBe(200);
    const corrected = await api.ledger.find(event.id);
    expect(corrected).toMatchObject({
      status: "queued",
      eventName: "Purchase",
      details: { value: 12.5, currency: "BRL" },
      fingerprint: event.fingerprint,
      personal: { em: "old" },
    });
    expect(corrected?.contact.phoneKey).toBeTypeOf("string");
    const [entry] = await api.audit.of(event.id, 1);
    expect(entry).toMatchObject({ action: "event_corrected", detail: "eventName, phoneE164, value, currency" });
    const row = await api.mongo.native.events.findOne({ _id: event.id });
    for (const place of [row, entry, answer.body]) expect(JSON.stringify(place)).not.toContain(CANARIES.phone);
  });

  test("with changes leaves the first report a repeat, makes the corrected one a repeat too, and no other", async () => {
    const first = aConversion(accountId, { eventName: "AddToCart", value: 10, currency: "BRL" });
    const post = (changes: object = {}) => api.call("POST", "/v1/whatsapp/conversions", { ...first, ...changes });
    const { id } = (await post()).json();
    await api.mongo.native.events.updateOne({ _id: id }, { $set: { status: "rejected" } });
    const corrected = { value: 12.5, email: "maria@example.com" };
    expect((await ask("retry", { id }, { changes: corrected })).statusCode).toBe(200);
    expect([(await post()).json().duplicate, (await post(corrected)).json().duplicate]).toEqual([true, true]);
    for (const other of [{ value: 11 }, { ...corrected, email: "other@example.com" }])
      expect((await post(other)).json().code).toBe("event_id_conflict");
  });

  test.each<[number, string, object]>([
    [422, "event_name_refused", { eventName: "Lead" }],
    [400, "value_required", { eventName: "Purchase" }],
    [400, "currency_required", { value: 5 }],
    [400, "unknown_field", { colour: "red" }],
    [400, "invalid_value", { phoneE164: "+55" }],
  ])("is %i %s for changes that would not be taken as a new event: %j", async (status, code, changes) => {
    const event = await stored(REJECTED);
    const answer = await ask("retry", event, { changes });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(await api.ledger.find(event.id)).toEqual(event);
  });

  test("does not correct a name into one that is switched off", async () => {
    await api.accountStore.switchOffName(accountId, "1234567890", "LeadSubmitted");
    const off = await api.account();
    await api.accountStore.switchOffName(off.id, "1234567890", "LeadSubmitted");
    const event = await stored({ ...REJECTED, accountId: off.id, eventName: "AddToCart" });
    const answer = await ask("retry", event, { changes: { eventName: "LeadSubmitted" } });
    expect([answer.statusCode, answer.json().code]).toEqual([422, "event_name_switched_off"]);
  });

  test.each<[string, Partial<LedgerEvent>, object | undefined]>([
    ["already_delivered", { status: "delivered" }, undefined],
    ["outcome_unknown", { status: "outcome_unknown" }, undefined],
    ["cancelled", { status: "cancelled" }, undefined],
    ["window_passed", { ...REJECTED, expiresAt: new Date(0) }, undefined],
    ["goes_by_itself", { status: "held" }, undefined],
    ["under_way", { status: "sending" }, undefined],
    ["sample_data", { ...REJECTED, sample: true }, undefined],
    ["may_have_arrived", { status: "failed", ...MAYBE }, { changes: { value: 1, currency: "BRL" } }],
    ["not_correctable", { status: "skipped" }, { changes: { value: 1, currency: "BRL" } }],
  ])("is refused as %s in plain words, and changes nothing", async (code, changes, body) => {
    const event = await stored(changes);
    const answer = await ask("retry", event, body);
    expect([answer.statusCode, answer.json().code, answer.json().type]).toEqual([409, code, "conflict_error"]);
    expect(answer.json().error.length).toBeGreaterThan(30);
    expect(await api.ledger.find(event.id)).toEqual(event);
    expect(await api.audit.of(event.id, 1)).toEqual([]);
  });
});

describe("a cancellation", () => {
  test("ends an event that has not been sent", async () => {
    const event = await stored();
    const answer = await ask("cancel", event);
    expect(answer.json()).toMatchObject({ status: "cancelled", reason: "cancelled_by_caller" });
    expect(await api.audit.of(event.id, 1)).toMatchObject([{ action: "event_cancelled" }]);
  });

  test.each<[string, Partial<LedgerEvent>]>([
    ["under_way", { status: "sending" }],
    ["may_have_arrived", { status: "retry_scheduled", ...MAYBE }],
    ["already_ended", { status: "delivered" }],
  ])("is refused as %s", async (code, changes) => {
    const answer = await ask("cancel", await stored(changes));
    expect([answer.statusCode, answer.json().code]).toEqual([409, code]);
  });
});

describe("a resolution", () => {
  test.each([
    ["delivered", { status: "delivered", reason: null }],
    ["abandon", { status: "cancelled", reason: "abandoned_unknown" }],
    ["resend", { status: "queued", reason: null }],
  ])("as %s ends the doubt", async (as, story) => {
    const event = await stored({ status: "outcome_unknown", reason: "no_clear_answer", ...MAYBE });
    const answer = await ask("resolve", event, { as });
    expect([answer.statusCode, answer.json()]).toMatchObject([200, story]);
    expect(await api.audit.of(event.id, 1)).toMatchObject([{ action: "event_resolved", detail: as }]);
  });

  test("is refused where there is no doubt, and in words nobody knows", async () => {
    const event = await stored({ status: "failed" });
    expect((await ask("resolve", event, { as: "delivered" })).json().code).toBe("outcome_is_known");
    expect((await ask("resolve", event, { as: "lost" })).statusCode).toBe(400);
    expect((await ask("resolve", event)).statusCode).toBe(400);
  });
});

test.each(["retry", "cancel", "resolve"] as const)(
  "nobody can %s what is not there, or without a key",
  async (what) => {
    const body = what === "resolve" ? { as: "resend" } : undefined;
    const answer = await ask(what, { id: "enobody" }, body);
    expect([answer.statusCode, answer.json().code]).toEqual([404, "conversion_not_found"]);
    const stranger = await api.app.inject({ method: "POST", url: `/v1/whatsapp/conversions/enobody/${what}` });
    expect(stranger.statusCode).toBe(401);
  },
);
