import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { planPosts, seededRandom } from "../src/emitter/plan-posts.ts";
import { asMetaBytes } from "../src/emitter/referral-webhook.ts";
import { signBytes } from "../src/emitter/sign.ts";
import { goodEvent, startSandbox, startSeeded, WABA } from "./running-sandbox.ts";

const SECRET = "test_app_secret";
const PHONE = "106540352242922";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A webhook receiver that answers with the given statuses in turn, then with 200. */
async function startReceiver(statuses: number[] = []) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, bytes: Buffer.concat(chunks) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const bodyOf = ({ bytes }: Received) => JSON.parse(bytes.toString());
const messageIds = (received: readonly Received[]): string[] =>
  received.flatMap((one) =>
    bodyOf(one).entry[0].changes.map(
      (change: { value: { messages: { id: string }[] } }) => change.value.messages[0]?.id,
    ),
  );
const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ from: "551187654321", messageId: `wamid.${at}` }));

describe("signatures", () => {
  test.each([
    [
      '{"object":"whatsapp_business_account","entry":[]}',
      "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756",
    ],
    ['{"name":"Zoë"}', "ced576291ebad8f6d68a73b36d06d564cf44309012c76d6f9700fbc144ee1d6b"],
    ['{"name":"Zo\\u00eb"}', "f289749a022a813a3e2d617e82d364bf22361209d7c61aa998fa9f4804c3f73b"],
  ])("the known vector for %s", (body, hex) => {
    expect(signBytes(Buffer.from(body), SECRET)).toBe(`sha256=${hex}`);
  });

  test("what is beyond ASCII leaves as escapes and reads the same", () => {
    expect(asMetaBytes({ name: "Zoë" }).toString()).toBe('{"name":"Zo\\u00eb"}');
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const bytes = asMetaBytes({ name });
        expect(bytes.every((byte) => byte < 0x80)).toBe(true);
        expect(JSON.parse(bytes.toString())).toEqual({ name });
      }),
    );
  });
});

test("a webhook has Meta's shape, is signed over its exact bytes, and makes its click known", async () => {
  const sandbox = await startSeeded();
  const { received, url } = await startReceiver();
  const answer = await sandbox.admin("POST", "/webhooks", {
    callbackUrl: url,
    appSecret: SECRET,
    wabaId: WABA,
    phoneNumberId: PHONE,
    messages: [
      {
        from: "551187654321",
        bsuid: "BR.1502576394655843",
        profileName: "Zoë",
        timestamp: 1794567600,
        messageId: "wamid.1",
        text: "Oi!",
        referral: { ctwaClid: "Aff-new-click", adId: "42", headline: "Promoção" },
      },
    ],
  });
  expect(answer.body).toEqual({ posted: 1, answers: { 200: 1 }, undelivered: 0, clicksSeeded: 1 });
  const [webhook] = received;
  if (webhook === undefined) throw new Error("nothing arrived");
  const hex = createHmac("sha256", SECRET).update(webhook.bytes).digest("hex");
  expect(webhook.headers["x-hub-signature-256"]).toBe(`sha256=${hex}`);
  expect(webhook.bytes.toString()).toContain("Promo\\u00e7\\u00e3o");
  expect(bodyOf(webhook)).toMatchObject({
    object: "whatsapp_business_account",
    entry: [
      {
        id: WABA,
        changes: [
          {
            field: "messages",
            value: {
              metadata: { phone_number_id: PHONE },
              contacts: [{ profile: { name: "Zoë" }, wa_id: "551187654321", user_id: "BR.1502576394655843" }],
              messages: [
                {
                  from: "551187654321",
                  from_user_id: "BR.1502576394655843",
                  id: "wamid.1",
                  timestamp: "1794567600",
                  type: "text",
                  text: { body: "Oi!" },
                  referral: { ctwa_clid: "Aff-new-click", source_id: "42", source_type: "ad", headline: "Promoção" },
                },
              ],
            },
          },
        ],
      },
    ],
  });
  const event = goodEvent({ user_data: { whatsapp_business_account_id: WABA, ctwa_clid: "Aff-new-click" } });
  expect((await sandbox.send([event])).status).toBe(200);
});

test("contacts without a phone, Status ads without a click id, messages without a referral", async () => {
  const sandbox = await startSandbox();
  const { received, url } = await startReceiver();
  const answer = await sandbox.admin("POST", "/webhooks", {
    callbackUrl: url,
    appSecret: SECRET,
    wabaId: WABA,
    phoneNumberId: PHONE,
    batchSize: 3,
    messages: [
      { bsuid: "BR.1", referral: { ctwaClid: "c1" } },
      { from: "551187654321", referral: {} },
      { from: "551187654321" },
    ],
  });
  expect(answer.body).toMatchObject({ posted: 1, clicksSeeded: 1 });
  const [one] = received;
  if (one === undefined) throw new Error("nothing arrived");
  const [bsuidOnly, status, plain] = bodyOf(one).entry[0].changes.map((change: { value: object }) => change.value);
  expect(bsuidOnly.contacts[0]).not.toHaveProperty("wa_id");
  expect(bsuidOnly.messages[0]).not.toHaveProperty("from");
  expect(status.messages[0].referral).not.toHaveProperty("ctwa_clid");
  expect(plain.messages[0]).not.toHaveProperty("referral");
});

test("duplicates and another order, the same for the same seed", async () => {
  const sandbox = await startSandbox();
  const play = async (seed: number) => {
    const { received, url } = await startReceiver();
    const target = { callbackUrl: url, appSecret: SECRET, wabaId: WABA, phoneNumberId: PHONE };
    await sandbox.admin("POST", "/webhooks", { ...target, messages: numbered(20), duplicates: 1, shuffle: true, seed });
    return messageIds(received);
  };
  const first = await play(7);
  const inOrder = numbered(20).map(({ messageId }) => messageId);
  expect(first.toSorted()).toEqual([...inOrder, ...inOrder].toSorted());
  expect(first.filter((id, at) => first.indexOf(id) === at)).not.toEqual(inOrder);
  expect(await play(7)).toEqual(first);
  expect(await play(8)).not.toEqual(first);
});

test("anything but a 200 is tried again, and what never gets one is reported", async () => {
  const sandbox = await startSandbox();
  const { received, url } = await startReceiver([500, 202, 200, 403, 403]);
  const target = { callbackUrl: url, appSecret: SECRET, wabaId: WABA, phoneNumberId: PHONE };
  const first = await sandbox.admin("POST", "/webhooks", { ...target, messages: numbered(1) });
  expect(first.body).toMatchObject({ posted: 3, answers: { 200: 1, 202: 1, 500: 1 }, undelivered: 0 });
  expect(new Set(received.map(({ bytes }) => bytes.toString()))).toHaveLength(1);
  const second = await sandbox.admin("POST", "/webhooks", { ...target, messages: numbered(1), retries: 1 });
  expect(second.body).toMatchObject({ posted: 2, answers: { 403: 2 }, undelivered: 1 });
  const nobody = { ...target, callbackUrl: "http://127.0.0.1:9/", messages: numbered(1), retries: 0 };
  expect((await sandbox.admin("POST", "/webhooks", nobody)).body).toMatchObject({ answers: { no_answer: 1 } });
});

test("every message travels once per copy, in batches of the size asked for", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer()),
      fc.record({ batchSize: fc.integer({ min: 1, max: 9 }), duplicates: fc.nat(3), shuffle: fc.boolean() }),
      fc.integer(),
      (values, plan, seed) => {
        const messages = values.map((value, at) => ({ value, at }));
        const posts = planPosts(messages, plan, seededRandom(seed));
        expect(posts.every(({ length }) => length >= 1 && length <= plan.batchSize)).toBe(true);
        const copies = posts.flat().map(({ at }) => at);
        const expected = messages.flatMap(({ at }) => Array.from({ length: plan.duplicates + 1 }, () => at));
        expect(copies.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
        if (!plan.shuffle)
          expect(copies.filter((at, i) => copies.indexOf(at) === i)).toEqual(messages.map(({ at }) => at));
      },
    ),
  );
});
