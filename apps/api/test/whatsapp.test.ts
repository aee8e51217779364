import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkOf } from "./a-check.ts";
import { aConversion, aDelivery, CANARIES, openApi, VERIFY_TOKEN } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
});

afterAll(() => api.close());

const lookup = async (body: object) =>
  (await api.call("POST", "/v1/whatsapp/conversations/lookup", body)).json().conversations;

describe("Meta's verification", () => {
  const verify = (query: Record<string, string>) =>
    api.app.inject({ method: "GET", url: "/v1/webhooks/whatsapp", query });
  const GOOD = { "hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444" };

  test("is answered with the challenge and nothing else", async () => {
    const answer = await verify(GOOD);
    expect([answer.statusCode, answer.body]).toEqual([200, "1158201444"]);
    expect(answer.headers["content-type"]).toMatch(/^text\/plain/);
  });

  test("that lacks parameters names them", async () => {
    const answer = await verify({ "hub.mode": "subscribe" });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "missing_field"]);
    expect(answer.json().error).toMatch(/^hub\.verify_token, hub\.challenge are missing from the query/i);
  });

  test.each<[string, Record<string, string>]>([
    ["another token", { "hub.verify_token": "canary" }],
    ["another mode", { "hub.mode": "unsubscribe" }],
    ["a challenge that is a page", { "hub.challenge": "<script>" }],
  ])("is refused for %s", async (_what, changes) => {
    const answer = await verify({ ...GOOD, ...changes });
    expect([answer.statusCode, answer.json().code]).toEqual([403, "webhook_verification_failed"]);
    expect(answer.json().error).toContain(Object.keys(changes)[0]);
    expect(answer.body).not.toMatch(/canary|<script/);
  });
});

describe("a delivery", () => {
  test("brings a click in, also with letters and signs of every script", async () => {
    const { id: accountId, wabaId } = await api.account();
    const answer = await api.webhook(aDelivery(wabaId));
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    const [found] = await lookup({ accountId, bsuid: CANARIES.bsuid });
    expect(found).toMatchObject({
      accountId,
      hasClick: true,
      matchedBy: "bsuid",
      clicks: [{ headline: "Ola, são nós", adId: "120226305854810726" }],
    });
    const read = await api.call("GET", `/v1/whatsapp/conversations/${found.conversationId}`);
    expect(read.json()).toEqual({ ...found, matchedBy: undefined });
  });

  test("repeated twenty times at once is one conversation with one click", async () => {
    const { id: accountId, wabaId } = await api.account();
    const delivery = aDelivery(wabaId, { from: CANARIES.phone });
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.webhook(delivery)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    const found = await lookup({ accountId, phoneE164: CANARIES.phone });
    expect(found).toMatchObject([{ matchedBy: "phone", clicks: [{}] }]);
  });

  test("of an older message that comes late puts no former number back", async () => {
    const { id: accountId, wabaId } = await api.account();
    const secondsAgo = (seconds: number) => String(Math.floor(Date.now() / 1_000) - seconds);
    const [from, newer] = [CANARIES.phone, "5511900002001"];
    for (const message of [
      { from, timestamp: secondsAgo(5_000) },
      { from: newer, timestamp: secondsAgo(100) },
      { from, timestamp: secondsAgo(4_000) },
    ])
      await api.webhook(aDelivery(wabaId, message));
    expect(await lookup({ accountId, phoneE164: newer })).toHaveLength(1);
    expect(await lookup({ accountId, phoneE164: from })).toEqual([]);
  });

  test("with number and BSUID makes those known by one of them one person", async () => {
    const { id: accountId, wabaId } = await api.account();
    const bsuid = "BR.2002";
    await api.webhook(aDelivery(wabaId, { from: CANARIES.phone, from_user_id: undefined }));
    await api.webhook(aDelivery(wabaId, { from_user_id: bsuid, referral: undefined }));
    await api.webhook(aDelivery(wabaId, { from: CANARIES.phone, from_user_id: bsuid, referral: undefined }));
    for (const names of [{ bsuid: undefined }, { bsuid }]) {
      const request = aConversion(accountId, { phoneE164: CANARIES.phone, ...names });
      expect((await checkOf(api, request)).check.click).toMatchObject({ adId: "120226305854810726" });
    }
  });

  test("is refused when one byte of it was changed, and nothing of it is kept", async () => {
    const { id: accountId, wabaId } = await api.account();
    const raw = JSON.stringify(aDelivery(wabaId));
    const signature = (text: string) =>
      `sha256=${createHmac("sha256", "canary-app-secret").update(text).digest("hex")}`;
    const reencoded = raw.replace("ã", "\\u00e3");
    for (const [body, signed] of [
      [`${raw} `, signature(raw)],
      [reencoded, signature(raw)],
      [raw, "sha256=00"],
      [raw, ""],
    ] as const) {
      const answer = await api.webhook(body, signed);
      expect([answer.statusCode, answer.json().code]).toEqual([401, "webhook_signature_invalid"]);
    }
    expect(await lookup({ accountId, bsuid: CANARIES.bsuid })).toEqual([]);
    expect((await api.webhook(reencoded)).statusCode).toBe(200);
  });

  test("without a signature is told which header is missing", async () => {
    const answer = await api.app.inject({
      method: "POST",
      url: "/v1/webhooks/whatsapp",
      headers: { "content-type": "application/json" },
      payload: "{}",
    });
    expect([answer.statusCode, answer.json().code]).toEqual([401, "webhook_signature_invalid"]);
    expect(answer.json().error).toContain("X-Hub-Signature-256 is missing");
  });

  test("signed with the secret that is being replaced is taken too", async () => {
    const raw = JSON.stringify(aDelivery("102290129340398"));
    const signature = `sha256=${createHmac("sha256", "canary-old-app-secret").update(raw).digest("hex")}`;
    expect((await api.webhook(raw, signature)).statusCode).toBe(200);
  });

  test.each(["[]", "{}", "null", '"text"', '{"object":"page","entry":[]}', '{"__proto__":{"entry":[1]}}'])(
    "that says %s is taken, since Meta would only repeat it",
    async (raw) => expect((await api.webhook(raw)).statusCode).toBe(200),
  );

  test("that is not JSON is refused", async () => {
    const answer = await api.webhook("{not json canary");
    expect([answer.statusCode, answer.json().code]).toEqual([400, "invalid_json"]);
    expect(answer.body).not.toContain("canary");
  });

  test("may be as large as Meta makes it, and no larger", async () => {
    const delivery = aDelivery("102290129340398", { text: { body: "x".repeat(3 * 1024 * 1024) } });
    expect((await api.webhook(delivery)).statusCode).toBe(200);
    const larger = aDelivery("102290129340398", { text: { body: "x".repeat(4 * 1024 * 1024) } });
    const answer = await api.webhook(larger);
    expect([answer.statusCode, answer.json().code]).toEqual([413, "body_too_large"]);
  });

  test("with a message that makes no sense keeps its neighbours", async () => {
    const { id: accountId, wabaId } = await api.account();
    const delivery = aDelivery(wabaId);
    delivery.entry[0]?.changes[0]?.value.messages.unshift({ nonsense: true } as never);
    expect((await api.webhook(delivery)).statusCode).toBe(200);
    expect(await lookup({ accountId, bsuid: CANARIES.bsuid })).toHaveLength(1);
  });

  test("for a business nobody has set up yet is kept until its account is there", async () => {
    const wabaId = "881122334455";
    expect((await api.webhook(aDelivery(wabaId))).statusCode).toBe(200);
    const { id: accountId } = await api.account({ wabaId });
    expect(await lookup({ accountId, bsuid: CANARIES.bsuid })).toMatchObject([{ hasClick: true }]);
  });

  test("leaves no number and no words of anybody in the database or the log", async () => {
    const { wabaId } = await api.account();
    await api.webhook(aDelivery(wabaId, { from: CANARIES.phone }));
    const rows = JSON.stringify(await api.mongo.collections.conversations.find({ wabaId }).lean());
    for (const text of [rows, api.logLines.join("")]) expect(text).not.toMatch(/5511912345678|canary|informação/);
  });
});

describe("a click that arrives after its conversion", () => {
  async function waitingFor(bsuid: string) {
    const { id: accountId, wabaId } = await api.account();
    const { id } = (await api.call("POST", "/v1/whatsapp/conversions", aConversion(accountId, { bsuid }))).json();
    await goWaiting(id, wabaId);
    return { id, wabaId };
  }

  async function goWaiting(id: string, wabaId: string): Promise<void> {
    const event = await api.ledger.find(id);
    if (event === null) throw new Error("not stored");
    const outcome = { status: "waiting_click", reason: "no_click_yet", dueAt: event.expiresAt } as const;
    await api.ledger.settle(event, { outcome, attempt: null, click: null }, [
      `${wabaId}:bsuid:${event.contact.bsuidKey}`,
    ]);
  }

  test("wakes it", async () => {
    const { id, wabaId } = await waitingFor("BR.1001");
    await api.webhook(aDelivery(wabaId, { from_user_id: "BR.1001" }));
    expect(await api.ledger.find(id)).toMatchObject({ status: "queued", generation: 1 });
    expect(await api.queue.placeOf({ id, generation: 1 })).toBe("underway");
  });

  test("wakes it also when it is delivered again: whoever took it first may have died before that", async () => {
    const { id, wabaId } = await waitingFor("BR.1005");
    const delivery = aDelivery(wabaId, { from_user_id: "BR.1005" });
    await api.webhook(delivery);
    await goWaiting(id, wabaId);
    await api.webhook(delivery);
    expect(await api.ledger.find(id)).toMatchObject({ status: "queued", generation: 2 });
  });

  test("leaves it waiting when it is somebody else's, or no click at all", async () => {
    const { id, wabaId } = await waitingFor("BR.1002");
    await api.webhook(aDelivery(wabaId, { from_user_id: "BR.1003" }));
    await api.webhook(aDelivery(wabaId, { from_user_id: "BR.1002", referral: undefined }));
    expect((await api.ledger.find(id))?.status).toBe("waiting_click");
  });

  test("wakes it also when only a later message tells whose click it was", async () => {
    const { id, wabaId } = await waitingFor("BR.1004");
    await api.webhook(aDelivery(wabaId, { from: "5511900001004", from_user_id: undefined }));
    expect((await api.ledger.find(id))?.status).toBe("waiting_click");
    await api.webhook(aDelivery(wabaId, { from: "5511900001004", from_user_id: "BR.1004", referral: undefined }));
    expect((await api.ledger.find(id))?.status).toBe("queued");
  });
});

describe("looking up a conversation", () => {
  test("finds a Brazilian number in its other spelling, and says so", async () => {
    const { id: accountId, wabaId } = await api.account();
    await api.webhook(aDelivery(wabaId, { from: "551187654321" }));
    expect(await lookup({ accountId, phoneE164: "5511987654321" })).toMatchObject([{ matchedBy: "phone_variant" }]);
    expect(await lookup({ accountId, phoneE164: "5511987654329" })).toEqual([]);
  });

  test("finds nobody at another business", async () => {
    const [here, there] = [await api.account(), await api.account()];
    await api.webhook(aDelivery(here.wabaId));
    expect(await lookup({ accountId: there.id, bsuid: CANARIES.bsuid })).toEqual([]);
  });

  test.each<[number, string, object]>([
    [400, "contact_required", { accountId: "any" }],
    [400, "invalid_value", { accountId: "any", phoneE164: "+canary" }],
    [404, "account_not_found", { accountId: "nobody", bsuid: "BR.1" }],
  ])("answers %i %s to %j", async (status, code, body) => {
    const answer = await api.call("POST", "/v1/whatsapp/conversations/lookup", body);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.body).not.toContain("canary");
  });

  test("by an id that is nobody's is a 404, and by one that is no id a 400", async () => {
    const nobody = await api.call("GET", `/v1/whatsapp/conversations/${"0".repeat(24)}`);
    expect([nobody.statusCode, nobody.json().code]).toEqual([404, "conversation_not_found"]);
    expect((await api.call("GET", "/v1/whatsapp/conversations/nonsense")).statusCode).toBe(400);
  });
});

test("without secrets nothing is verified and nothing is taken", async () => {
  const bare = await openApi({ webhook: { verifyToken: undefined, appSecrets: [] } });
  try {
    const [posted, verified] = [await bare.webhook({}), await bare.call("GET", "/v1/webhooks/whatsapp")];
    for (const answer of [posted, verified])
      expect([answer.statusCode, answer.json().code]).toEqual([503, "webhook_not_configured"]);
  } finally {
    await bare.close();
  }
});
