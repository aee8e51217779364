import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CLICK, DATASET, goodEvent, nowS, startSandbox, startSeeded, TOKEN, WABA } from "./running-sandbox.ts";

const DAY_S = 86_400;
const user = (changes: object) => ({
  user_data: { whatsapp_business_account_id: WABA, ctwa_clid: CLICK, ...changes },
});
const codes = (answer: { body: { error?: { code: number; error_subcode?: number } } }) => [
  answer.body.error?.code,
  answer.body.error?.error_subcode,
];

describe("what an event must have", () => {
  const refusals: [string, object, number][] = [
    ["no name", { event_name: undefined }, 2804019],
    ["an empty name", { event_name: "" }, 2804019],
    ["no time", { event_time: undefined }, 2804019],
    ["a time in milliseconds", { event_time: Date.now() }, 2804004],
    ["a time that is not whole", { event_time: nowS() - 0.5 }, 2804004],
    ["a time in the future", { event_time: nowS() + 60 }, 2804004],
    ["a time older than 7 days", { event_time: nowS() - 7 * DAY_S - 60 }, 2804003],
    ["no channel", { messaging_channel: undefined }, 2804063],
    ["an unknown channel", { messaging_channel: "sms" }, 2804063],
    ["no action source", { action_source: undefined }, 2804019],
    ["a name for websites", { event_name: "Lead" }, 2804066],
    ["a name in another case", { event_name: "purchase" }, 2804066],
    ["a browser id", user({ fbp: "fb.1.1.1" }), 2804064],
    ["an IP address", user({ client_ip_address: "192.0.2.1" }), 2804064],
    ["neither page nor WABA", user({ whatsapp_business_account_id: undefined }), 2804116],
    ["a page instead of a WABA", user({ whatsapp_business_account_id: undefined, page_id: "1" }), 2804131],
    ["a page beside the WABA", user({ page_id: "1" }), 2804131],
    ["another WABA", user({ whatsapp_business_account_id: "999" }), 2804118],
    ["no click", user({ ctwa_clid: undefined }), 2804071],
    ["a made-up click", user({ ctwa_clid: "made-up" }), 2804087],
    ["contents that are no list", { custom_data: { currency: "BRL", value: 1, contents: {} } }, 2804008],
    ["contents that are no objects", { custom_data: { currency: "BRL", value: 1, contents: ["a"] } }, 2804008],
    ["a purchase without value", { custom_data: { currency: "BRL" } }, 2804009],
    ["a value that is text", { custom_data: { currency: "BRL", value: "1" } }, 2804009],
    ["a value without currency", { custom_data: { value: 1 } }, 2804081],
    ["a currency Meta does not take", { custom_data: { currency: "MRU", value: 1 } }, 2804011],
    ["a currency that is none", { custom_data: { currency: "XXQ", value: 1 } }, 2804011],
  ];
  test.each(refusals)("an event with %s is refused", async (_what, changes, subcode) => {
    const sandbox = await startSeeded();
    const answer = await sandbox.send([goodEvent(changes)]);
    expect([answer.status, ...codes(answer)]).toEqual([400, 100, subcode]);
    expect(answer.body.error.fbtrace_id).toMatch(/^A[\w-]{22}$/);
    expect((await sandbox.summary()).eventsReceived).toBe(0);
  });

  test("a good event is counted, exactly 7 days old too", async () => {
    const sandbox = await startSeeded();
    const answer = await sandbox.send([
      goodEvent(),
      goodEvent({ event_id: "order-2", event_time: nowS() - 7 * DAY_S + 5 }),
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ events_received: 2, messages: [], fbtrace_id: expect.stringMatching(/^A/) });
  });

  test("one bad event refuses the whole request, and nothing of it is kept", async () => {
    const sandbox = await startSeeded();
    const answer = await sandbox.send([goodEvent(), goodEvent({ event_id: "order-2", event_name: "Lead" })]);
    expect(codes(answer)).toEqual([100, 2804066]);
    expect((await sandbox.admin("GET", "/received")).body.events).toEqual([]);
  });

  test("a website pixel is linked to no WABA", async () => {
    const sandbox = await startSeeded({ linked: false });
    expect(codes(await sandbox.send([goodEvent()]))).toEqual([100, 2804132]);
  });
});

test("each check comes before those after it: mending one fault at a time walks down the list", async () => {
  const sandbox = await startSandbox({ appSecret: "test_app_secret" });
  const secret = createHmac("sha256", "test_app_secret").update(TOKEN).digest("hex");
  const bad = {
    event_time: nowS() + 3600,
    user_data: { fbc: "x" },
    custom_data: { contents: "x" },
  };
  const event = (changes: object) => ({ ...bad, ...changes });
  const wabaSettings = { token: TOKEN, datasetId: DATASET, appSecretRequired: true, linked: false };
  const put = (changes: object) => sandbox.admin("PUT", `/wabas/${WABA}`, { ...wabaSettings, ...changes });
  const post = (data: unknown, { version = "v25.0", datasetId = "404", token = "", proof = "" } = {}) =>
    sandbox.call(
      "POST",
      `/${version}/${datasetId}/events`,
      { data, ...(proof === "" ? {} : { appsecret_proof: proof }) },
      token === "" ? {} : { authorization: `Bearer ${token}` },
    );
  const seen: unknown[] = [];
  const step = async (answer: Awaited<ReturnType<typeof post>>) => {
    const [code, subcode] = codes(answer);
    seen.push(subcode ?? code);
  };

  await step(await post("x", { version: "v16.0" }));
  await step(await post("x"));
  await step(await post("x", { token: TOKEN }));
  await put({ tokenExpiresAt: "2020-01-01T00:00:00Z", tokenPermissions: [] });
  await step(await post("x", { token: TOKEN }));
  await put({ tokenPermissions: [] });
  await step(await post("x", { token: TOKEN, proof: "00" }));
  await step(await post("x", { token: TOKEN, proof: secret }));
  await put({ tokenPermissions: ["whatsapp_business_manage_events"] });
  await step(await post("x", { token: TOKEN, proof: secret }));
  await put({});
  await step(await post("x", { token: TOKEN, proof: secret }));
  await sandbox.admin("POST", "/faults", { kind: "error_500" });
  await step(await post("x", { token: TOKEN, proof: secret, datasetId: DATASET }));
  const send = (data: unknown) => post(data, { token: TOKEN, proof: secret, datasetId: DATASET });
  await step(await send("x"));
  await step(await send([event({})]));
  await step(await send([event({ event_name: "Lead" })]));
  const inTime = { event_name: "Lead", event_time: nowS() };
  await step(await send([event(inTime)]));
  const channel = { ...inTime, messaging_channel: "whatsapp", action_source: "business_messaging" };
  await step(await send([event(channel)]));
  const named = { ...channel, event_name: "Purchase" };
  await step(await send([event(named)]));
  await step(await send([event({ ...named, user_data: {} })]));
  const withWaba = { whatsapp_business_account_id: WABA };
  await step(await send([event({ ...named, user_data: withWaba })]));
  await sandbox.admin("PATCH", `/wabas/${WABA}`, { linked: true });
  await step(await send([event({ ...named, user_data: withWaba })]));
  const clicked = { ...named, user_data: { ...withWaba, ctwa_clid: CLICK } };
  await step(await send([event(clicked)]));
  await sandbox.admin("POST", `/wabas/${WABA}/clicks`, { ctwaClids: [CLICK] });
  await step(await send([event(clicked)]));
  await step(await send([event({ ...clicked, custom_data: {} })]));
  await step(await send([event({ ...clicked, custom_data: { value: 1 } })]));
  await step(await send([event({ ...clicked, custom_data: { value: 1, currency: "MRU" } })]));
  expect((await send([event({ ...clicked, custom_data: { value: 1, currency: "BRL" } })])).status).toBe(200);

  expect(seen).toEqual([
    2500, 190, 190, 463, 100, 200, 10, 33, 2, 100, 2804019, 2804004, 2804063, 2804066, 2804064, 2804116, 2804132,
    2804071, 2804087, 2804008, 2804009, 2804081, 2804011,
  ]);
});

describe("token and dataset", () => {
  test("an unseeded world refuses everything with Meta's 190", async () => {
    const sandbox = await startSandbox();
    const answer = await sandbox.send([goodEvent()]);
    expect(answer.status).toBe(401);
    expect(answer.body.error).toMatchObject({ code: 190, type: "OAuthException" });
  });

  test("a dataset the token may not use looks as if it did not exist", async () => {
    const sandbox = await startSeeded();
    await sandbox.admin("PUT", "/wabas/222", { datasetId: "2000", token: "another-token" });
    for (const datasetId of ["2000", "404"]) {
      expect(codes(await sandbox.send([goodEvent()], { datasetId }))).toEqual([100, 33]);
    }
  });

  test("the token may come as Bearer, in the query or in the body, also from a form", async () => {
    const sandbox = await startSeeded();
    const path = `/v21.0/${DATASET}/events`;
    const body = { data: [goodEvent()] };
    expect((await sandbox.call("POST", path, { ...body, access_token: TOKEN })).status).toBe(200);
    expect((await sandbox.call("POST", `${path}?access_token=${TOKEN}`, body)).status).toBe(200);
    const form = new URLSearchParams({ access_token: TOKEN, data: JSON.stringify(body.data) });
    const answer = await fetch(sandbox.url + path, { method: "POST", body: form });
    expect(answer.status).toBe(200);
  });

  test("a rotated token is refused with 467, its successor works", async () => {
    const sandbox = await startSeeded();
    await sandbox.admin("PATCH", `/wabas/${WABA}`, { token: "second-token" });
    expect(codes(await sandbox.send([goodEvent()]))).toEqual([190, 467]);
    expect((await sandbox.send([goodEvent()], { token: "second-token" })).status).toBe(200);
  });

  test("the known vector of appsecret_proof is taken", async () => {
    const sandbox = await startSeeded({ appSecretRequired: true }, { appSecret: "test_app_secret" });
    const answer = await sandbox.call("POST", `/v26.0/${DATASET}/events`, {
      data: [goodEvent()],
      access_token: "EAATESTTOKEN",
      appsecret_proof: "bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135",
    });
    expect(answer.status).toBe(200);
  });

  test.each([
    ["WABAs share one token", { datasetId: "2000", token: TOKEN }, { datasetId: "2000", wabaId: "222" }],
    ["WABAs share one dataset", { datasetId: DATASET, token: "another-token" }, { datasetId: DATASET, wabaId: "222" }],
  ])("%s without mixing their clicks", async (_what, settings, { datasetId, wabaId }) => {
    const sandbox = await startSeeded();
    await sandbox.admin("PUT", `/wabas/${wabaId}`, settings);
    const event = goodEvent({ user_data: { whatsapp_business_account_id: wabaId, ctwa_clid: CLICK } });
    expect(codes(await sandbox.send([event], { datasetId }))).toEqual([100, 2804087]);
    await sandbox.admin("POST", `/wabas/${wabaId}/clicks`, { ctwaClids: [CLICK] });
    expect((await sandbox.send([event], { datasetId })).status).toBe(200);
  });

  test("each dataset has its own list of names", async () => {
    const sandbox = await startSeeded({ preset: "two" });
    const viewContent = goodEvent({ event_name: "ViewContent" });
    const qualified = goodEvent({ event_name: "QualifiedLead" });
    const answers = async () => [(await sandbox.send([viewContent])).status, (await sandbox.send([qualified])).status];
    expect(await answers()).toEqual([400, 400]);
    await sandbox.admin("PATCH", `/wabas/${WABA}`, { preset: "default5" });
    expect(await answers()).toEqual([200, 400]);
    await sandbox.admin("PATCH", `/wabas/${WABA}`, { preset: "documented14" });
    expect(await answers()).toEqual([200, 200]);
    await sandbox.admin("PATCH", `/wabas/${WABA}`, { allowedEventNames: ["QualifiedLead"] });
    expect(await answers()).toEqual([400, 200]);
  });
});

describe("the body", () => {
  test.each([
    ["text that is no JSON", "{"],
    ["a list", "[]"],
    ["no data", "{}"],
    ["data that is no list", '{"data":{}}'],
    ["an empty list", '{"data":[]}'],
    ["events that are no objects", '{"data":[1]}'],
    ["more than 1,000 events", JSON.stringify({ data: Array.from({ length: 1001 }, () => ({})) })],
    ["400,000 nested lists", `{"data":${"[".repeat(400_000)}${"]".repeat(400_000)}}`],
  ])("%s is refused with a plain 100", async (_what, body) => {
    const sandbox = await startSeeded();
    const answer = await sandbox.call("POST", `/v25.0/${DATASET}/events`, body, { authorization: `Bearer ${TOKEN}` });
    expect(answer.status).toBe(400);
    expect(codes(answer)).toEqual([100, undefined]);
  });

  test("1,000 events are taken at once", async () => {
    const sandbox = await startSeeded();
    const events = Array.from({ length: 1000 }, (_, at) => goodEvent({ event_id: `order-${at}` }));
    expect((await sandbox.send(events)).body.events_received).toBe(1000);
  });
});

describe("the other addresses", () => {
  test("a dataset is created once, then answered again", async () => {
    const sandbox = await startSandbox();
    await sandbox.admin("PUT", `/wabas/${WABA}`, { token: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const path = `/v25.0/${WABA}/dataset`;
    expect((await sandbox.call("GET", path, undefined, headers)).body).toEqual({ data: [] });
    const first = await sandbox.call("POST", path, { dataset_name: "Shop" }, headers);
    const second = await sandbox.call("POST", path, undefined, headers);
    expect(first.body.id).toMatch(/^[0-9]{10,20}$/);
    expect(second.body).toEqual(first.body);
    expect((await sandbox.call("GET", path, undefined, headers)).body).toEqual({ data: [first.body] });
    const sent = await sandbox.send([goodEvent({ user_data: { whatsapp_business_account_id: WABA } })], {
      datasetId: first.body.id,
    });
    expect(codes(sent)).toEqual([100, 2804071]);
  });

  test("GET /me tells a version that exists from one that does not", async () => {
    const sandbox = await startSeeded();
    const ask = async (version: string) => (await sandbox.call("GET", `/${version}/me`)).body.error;
    expect(await ask("v26.0")).toMatchObject({ code: 2500, message: expect.stringContaining("active access token") });
    expect(await ask("v99.0")).toMatchObject({ code: 2500, message: "Unknown path components: /v99.0/me" });
    const answer = await sandbox.call("GET", "/v26.0/me", undefined, { authorization: `Bearer ${TOKEN}` });
    expect(answer.body).toMatchObject({ id: expect.any(String), name: expect.any(String) });
    expect(answer.headers.get("x-fb-trace-id")).toMatch(/^A/);
  });

  test("an unknown address is answered without repeating its query", async () => {
    const sandbox = await startSandbox();
    const answer = await sandbox.call("GET", "/nothing/here/at/all?access_token=secret");
    expect(answer.body.error.message).toBe("Unknown path components: /nothing/here/at/all");
  });
});
