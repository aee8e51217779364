import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aConversion, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account({ eventNameAliases: { Sale: "Purchase" } }));
});

afterAll(() => api.close());

const post = (changes: object = {}) => api.call("POST", "/v1/whatsapp/conversions", aConversion(accountId, changes));
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe("a conversion", () => {
  test("is accepted with its id, its status and the moment after which nothing is sent", async () => {
    const eventTime = nowSeconds() - 3_600;
    const answer = await post({ eventId: "order-1:LeadSubmitted", eventTime });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(/^e[A-Za-z0-9_-]{22}$/),
      eventId: "order-1:LeadSubmitted",
      status: "queued",
      duplicate: false,
      expiresAt: new Date((eventTime + 7 * 86_400 - 300) * 1000).toISOString(),
    });
    const { id } = answer.json();
    expect(await api.ledger.find(id)).toMatchObject({ accountId, status: "queued", sandbox: true });
    expect(await api.queue.placeOf({ id, generation: 0 })).toBe("underway");
  });

  test("that is repeated is answered with the first one's id and status, and stored once", async () => {
    const changes = { eventId: "order-2", eventName: "Purchase", value: 10, currency: "BRL", orderId: "2" };
    const first = await post(changes);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(changes)));
    for (const answer of answers) {
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ id: first.json().id, duplicate: true, status: "queued" });
    }
    expect(await api.mongo.native.events.countDocuments({ eventId: "order-2" })).toBe(1);
  });

  test("that arrives in fifty requests at once is accepted once", async () => {
    const body = aConversion(accountId);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.call("POST", "/v1/whatsapp/conversions", body)),
    );
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([...Array(49).fill(200), 202]);
  });

  test("that differs in what makes no conflict is a duplicate with a warning", async () => {
    await post({ eventId: "order-3", orderId: "3" });
    const { statusCode, body } = await post({ eventId: "order-3", orderId: "another" });
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).warnings).toEqual([expect.stringMatching(/^orderId differs/)]);
    expect(body).not.toContain("another");
  });

  test("repeated with a time the first report had not is known already, with a warning; and the other way round", async () => {
    for (const [first, again] of [
      [undefined, nowSeconds() - 60],
      [nowSeconds() - 60, undefined],
    ]) {
      const eventId = `order-${randomUUID()}`;
      await post({ eventId, eventTime: first });
      const { duplicate, warnings } = (await post({ eventId, eventTime: again })).json();
      expect([duplicate, warnings]).toEqual([true, [expect.stringMatching(/^eventTime (was not in|is missing here)/)]]);
    }
  });

  test.each<[string, object, (string | null)[]]>([
    ["value", { value: 11, currency: "BRL" }, ["value", "currency"]],
    ["name", { eventName: "Purchase", value: 10, currency: "BRL" }, ["eventName", "value", "currency"]],
    ["contact", { bsuid: "BR.999" }, [null]],
    ["time", { eventTime: nowSeconds() - 4_000 }, ["eventTime"]],
  ])("that uses an id again for another %s is a conflict that names what differs", async (what, changes, params) => {
    const eventId = `order-4-${what}`;
    await post({ eventId });
    const answer = await post({ eventId, ...changes });
    expect([answer.statusCode, answer.json().code, answer.json().param]).toEqual([409, "event_id_conflict", "eventId"]);
    expect(answer.json().details.map(({ param }: { param: string | null }) => param)).toEqual(params);
  });

  test("marked as a test does not use up the real id", async () => {
    const real = await post({ eventId: "order-5" });
    const asTest = await post({ eventId: "order-5", testCode: "TEST1" });
    expect([real.statusCode, asTest.statusCode]).toEqual([202, 202]);
    expect(asTest.json().id).not.toBe(real.json().id);
  });

  test("under an alias is sent as what the account maps it to, and says so", async () => {
    const answer = await post({ eventName: "Sale", value: 1, currency: "BRL" });
    expect(answer.json().warnings).toEqual(["Sale is sent as Purchase: this account maps it."]);
    expect((await api.ledger.find(answer.json().id))?.eventName).toBe("Purchase");
  });

  test("leaves no e-mail address, number or id of a person in database, queue, answer or log", async () => {
    const answer = await post({ phoneE164: CANARIES.phone, email: CANARIES.email, externalId: CANARIES.externalId });
    const { id } = answer.json();
    const row = await api.mongo.native.events.findOne({ _id: id });
    const job = await api.queue.bullQueues.fast.getJob(`${id}_0`);
    const story = await api.call("GET", `/v1/whatsapp/conversions/${id}`);
    const places = { row, job: job?.asJSON(), answer: answer.body, story: story.body, log: api.logLines };
    for (const [place, content] of Object.entries(places))
      for (const canary of Object.values(CANARIES)) expect(JSON.stringify(content), place).not.toContain(canary);
  });
});

describe("a conversion that cannot be taken", () => {
  test.each<[number, string, string | null, object]>([
    [400, "missing_field", "eventName", { eventName: undefined }],
    [400, "missing_field", "eventId", { eventId: undefined }],
    [400, "invalid_value", "eventId", { eventId: CANARIES.email }],
    [400, "invalid_value", "eventId", { eventId: "x".repeat(129) }],
    [400, "invalid_value", "eventId", { eventId: 42 }],
    [400, "contact_required", "conversationId", { bsuid: undefined }],
    [400, "invalid_value", "phoneE164", { phoneE164: `+${CANARIES.phone}` }],
    [400, "invalid_value", "bsuid", { bsuid: "canary" }],
    [400, "invalid_value", "conversationId", { conversationId: "canary" }],
    [400, "invalid_value", "email", { email: "canary person" }],
    [400, "invalid_value", "currency", { value: 1, currency: "canary" }],
    [400, "value_required", "value", { eventName: "Purchase", currency: "BRL" }],
    [400, "value_required", "value", { eventName: "Purchase", value: 0, currency: "BRL" }],
    [400, "currency_required", "currency", { value: 1 }],
    [400, "invalid_value", "value", { value: "12.345", currency: "BRL" }],
    [400, "invalid_value", "contents.0.quantity", { contents: [{ id: "a", quantity: 0.5 }] }],
    [400, "unknown_field", "phone_number", { phone_number: CANARIES.phone }],
    [400, "unknown_field", "contents.0.price", { contents: [{ id: "a", quantity: 1, price: 1 }] }],
    [400, "unknown_field", null, { [CANARIES.email]: true }],
    [422, "event_name_refused", "eventName", { eventName: "Lead" }],
    [422, "event_name_not_allowed", "eventName", { eventName: "canary" }],
    [400, "value_required", "value", { eventName: "Sale" }],
    [422, "event_time_in_milliseconds", "eventTime", { eventTime: Date.now() }],
    [422, "event_time_in_future", "eventTime", { eventTime: nowSeconds() + 3_600 }],
    [422, "event_time_too_old", "eventTime", { eventTime: nowSeconds() - 7 * 86_400 }],
    [400, "invalid_value", "eventTime", { eventTime: 1.5 }],
    [404, "account_not_found", "accountId", { accountId: "canary-unknown" }],
  ])("is answered %i %s about %s for %j", async (status, code, param, changes) => {
    const answer = await post(changes);
    const { error, ...rest } = answer.json();
    expect([answer.statusCode, rest.code, rest.param]).toEqual([status, code, param]);
    expect(error, "one sentence").toMatch(/^[A-Za-z][^\n]{10,}\.$/);
    expect(rest).toMatchObject({
      docUrl: `/docs/errors#${code}`,
      requestId: expect.any(String),
      details: expect.any(Array),
    });
    expect(answer.body).not.toMatch(/canary/i);
    expect(answer.body).not.toMatch(/12\.345|5511912345678/);
  });

  test("names LeadSubmitted and the accepted names to whoever sends Lead", async () => {
    const { error } = (await post({ eventName: "Lead" })).json();
    expect(error).toMatch(/LeadSubmitted.*Purchase/);
  });

  const LINE = { id: "a", quantity: 1 };
  test.each<[string, object]>([
    ["Say whose conversion it is: send conversationId, phoneE164, bsuid or ctwaClid.", { bsuid: undefined }],
    ["A Purchase needs value, a number greater than 0.", { eventName: "Purchase", currency: "BRL" }],
    ["A Purchase needs value, a number greater than 0.", { eventName: "Sale", currency: "BRL" }],
    ["A value needs currency, an ISO 4217 code such as BRL.", { value: 1 }],
    ["eventTime must be whole Unix seconds, but looks like milliseconds.", { eventTime: 1_795_365_004_288 }],
    ["eventTime must be whole Unix seconds.", { eventTime: 1.5 }],
    ["eventId is missing.", { eventId: undefined }],
    ["phoneE164 must be 7 to 15 digits with the country code", { phoneE164: "+1" }],
    ["orderId must be at least 1 character long.", { orderId: "" }],
    ["typo is not a field of this request; remove it or correct its name.", { typo: 1 }],
    ["phone_e164 is not a field of this request; did you mean phoneE164?", { phone_e164: "5511987654321" }],
    ["Currency is not a field of this request; did you mean currency?", { Currency: "BRL" }],
    ["contents.0.item_price is not a field of this request; did you mean", { contents: [{ ...LINE, item_price: 1 }] }],
    ["email is null: leave the field out.", { email: null }],
    ["contents is null: leave the field out.", { contents: null }],
    ["contents.0.itemPrice is null: leave the field out.", { contents: [{ ...LINE, itemPrice: null }] }],
    ["eventName is null: it must be a text.", { eventName: null }],
  ])("is told in plain words: %s", async (error, changes) => {
    expect((await post(changes)).json().error).toContain(error);
  });

  const CONTENT = { quantity: 1 };
  test.each<[string, (text: string) => object]>([
    ["accountId", (accountId) => ({ accountId })],
    ["eventName", (eventName) => ({ eventName })],
    ["orderId", (orderId) => ({ orderId })],
    ["contentIds.0", (id) => ({ contentIds: [id] })],
    ["contents.0.id", (id) => ({ contents: [{ ...CONTENT, id }] })],
    ["externalId", (externalId) => ({ externalId })],
    ["email", (text) => ({ email: `${text}@example.com` })],
  ])(
    "with a control character or half a surrogate pair in %s is told the field and the fix",
    async (param, changes) => {
      for (const broken of ["a\u0000b", "a\nb", "a\u0085b", "\ud83d", "a\udc00b"]) {
        const answer = await post(changes(broken));
        expect([answer.statusCode, answer.json().code, answer.json().param]).toEqual([400, "invalid_value", param]);
        expect(answer.json().error).toMatch(/must not hold control characters or half of a surrogate pair/);
      }
    },
  );

  test("with letters and signs of every script is fine", async () => {
    const answer = await post({ orderId: "pedido-São-😀-注文", externalId: "клиент 7" });
    expect(answer.statusCode).toBe(202);
  });

  test("tells every mistake at once", async () => {
    const { details } = (await post({ eventId: "a b", currency: "x", typo: 1 })).json();
    expect(details.map(({ param }: { param: string }) => param).toSorted()).toEqual(["currency", "eventId", "typo"]);
  });

  test("leaves nothing behind", async () => {
    const before = await api.mongo.native.events.countDocuments();
    await post({ typo: 1 });
    await post({ eventName: "Lead" });
    expect(await api.mongo.native.events.countDocuments()).toBe(before);
  });
});

describe("the story of a conversion", () => {
  test("tells where it stands in plain words", async () => {
    const { id } = (await post({ eventName: "Purchase", value: 12.5, currency: "BRL", orderId: "77" })).json();
    const { statusCode, body } = await api.call("GET", `/v1/whatsapp/conversions/${id}`);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      id,
      accountId,
      status: "queued",
      reason: null,
      explanation: expect.stringMatching(/stored/),
      value: 12.5,
      currency: "BRL",
      orderId: "77",
      attempts: [],
      click: null,
      sandbox: true,
    });
    expect(body).not.toMatch(/fingerprint|personal|contact/);
  });

  test.each(["enobody", "x".repeat(100), "$ne", "a%20b"])("%s stands for no conversion", async (id) => {
    const answer = await api.call("GET", `/v1/whatsapp/conversions/${id}`);
    expect([answer.statusCode, answer.json().code]).toEqual([404, "conversion_not_found"]);
  });

  test("whoever asks by the eventId is told where that finds it", async () => {
    const { eventId, id } = (await api.call("POST", "/v1/whatsapp/conversions", aConversion(accountId))).json();
    const missed = await api.call("GET", `/v1/whatsapp/conversions/${eventId}`);
    const [, path] = /`GET (\S+)…` finds it by the eventId\.$/.exec(missed.json().error) ?? [];
    const found = await api.call("GET", `${path}${eventId}`);
    expect(found.json().events).toMatchObject([{ id, eventId }]);
  });
});

test("while Redis is away a conversion is accepted all the same, and health says degraded", async () => {
  const away = await openApi({}, "redis://127.0.0.1:1");
  try {
    const { id } = await away.account();
    const answer = await away.call("POST", "/v1/whatsapp/conversions", aConversion(id));
    expect([answer.statusCode, answer.json().status]).toEqual([202, "queued"]);
    const health = await away.call("GET", "/health/ready");
    expect([health.statusCode, health.json()]).toEqual([200, { status: "degraded", database: "ok", queue: "away" }]);
  } finally {
    await away.close();
  }
});
