import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CONVERSIONS, checkOf } from "./a-check.ts";
import { aConversion, openApi } from "./an-api.ts";

const DAY_MS = 86_400_000;
let clock = 0;
let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi({ now: () => new Date(Date.now() + clock) });
});
afterAll(() => api.close());

const send = (body: object) => api.call("POST", CONVERSIONS, body);
const change = (id: string, settings: object) => api.call("PATCH", `/v1/accounts/${id}`, settings);

/** What keeps a conversion from being taken that was taken before. */
const LATER: Readonly<Record<string, (accountId: string) => Promise<unknown>>> = {
  event_time_too_old: async () => {
    clock = 8 * DAY_MS;
  },
  event_time_in_future: async () => {
    clock = -DAY_MS;
  },
  event_name_not_allowed: (id) => change(id, { allowedEventNames: ["Purchase"] }),
  event_name_switched_off: (id) => change(id, { switchedOffEventNames: ["LeadSubmitted"] }),
};

/** A conversion that was taken, and would not be taken today. */
async function taken(code: string, changes: object = {}) {
  clock = 0;
  const { id: accountId, wabaId } = await api.account();
  const body = aConversion(accountId, changes);
  const first = (await send(body)).json();
  await LATER[code]?.(accountId);
  expect((await send(aConversion(accountId, changes))).json().code).toBe(code);
  return { accountId, wabaId, body, first };
}

describe.each(Object.keys(LATER))("a conversion that was taken before it would be refused as %s", (code) => {
  test("is known when it is repeated, alone and in a batch, and the check says so", async () => {
    const { body, first } = await taken(code);
    await api.mongo.native.events.updateOne({ _id: first.id }, { $set: { status: "delivered" } });
    const known = { id: first.id, eventId: first.eventId, status: "delivered", duplicate: true };
    const again = await send(body);
    expect([again.statusCode, again.json()]).toEqual([200, { ...known, expiresAt: first.expiresAt }]);
    const batch = await api.call("POST", `${CONVERSIONS}/batch`, { events: [body] });
    expect(batch.json().results).toEqual([{ index: 0, ...known, expiresAt: first.expiresAt }]);
    expect((await checkOf(api, body)).check).toMatchObject({
      wouldAccept: true,
      verdict: expect.stringMatching(/^It would be answered as a repeat of a conversion that is delivered/),
      firstTurn: null,
      problems: [],
      duplicate: { id: first.id, status: "delivered", samePayload: true, differs: [] },
    });
  });

  test("is a conflict under the same id with other data, and guesses about it are slowed down", async () => {
    const { body } = await taken(code);
    const { secret } = await api.apiKey();
    const other = { ...body, bsuid: "BR.999" };
    expect((await checkOf(api, other)).check).toMatchObject({
      wouldAccept: false,
      problems: [{ code: "event_id_conflict", param: null }],
    });
    const codes: string[] = [];
    for (let guess = 0; guess < 21; guess += 1)
      codes.push((await api.callWith(secret, "POST", CONVERSIONS, other)).json().code);
    expect(codes).toEqual([...Array(20).fill("event_id_conflict"), "rate_limited"]);
    expect((await api.callWith(secret, "POST", CONVERSIONS, body)).json().code).toBe("rate_limited");
  });

  test("is counted as known, and not as refused", async () => {
    const { accountId, body } = await taken(code);
    await send(body);
    await api.intake.flush();
    const hours = { from: new Date(Date.now() - 10 * DAY_MS), until: new Date(Date.now() + 10 * DAY_MS) };
    const refusals = await api.refusals.between({ accountId, ...hours });
    expect(Object.fromEntries(refusals.map((one) => [one.code, one.count]))).toEqual({ [code]: 1, duplicate: 1 });
  });
});

describe("a name that came in by an alias which is gone", () => {
  test("is read as that of the first report, and said to be", async () => {
    clock = 0;
    const { id } = await api.account({ eventNameAliases: { Enquiry: "LeadSubmitted" } });
    const body = aConversion(id, { eventName: "Enquiry" });
    expect((await send(body)).statusCode).toBe(202);
    await change(id, { eventNameAliases: {} });
    expect((await send({ ...body, eventId: randomUUID() })).json().code).toBe("event_name_not_allowed");
    const again = await send(body);
    expect([again.statusCode, again.json().warnings]).toEqual([200, [expect.stringMatching(/^eventName is none/)]]);
    expect((await checkOf(api, body)).check.warnings).toEqual(again.json().warnings);
    expect((await send({ ...body, bsuid: "BR.999" })).json().code).toBe("event_id_conflict");
    expect((await send({ ...body, eventName: "Lead" })).json().code).toBe("event_name_refused");
  });

  test("is another one where Meta takes both", async () => {
    clock = 0;
    const { id } = await api.account();
    const body = aConversion(id);
    await send(body);
    await change(id, { allowedEventNames: ["Purchase"] });
    const { code, details } = (await send({ ...body, eventName: "ViewContent" })).json();
    expect([code, details.map(({ param }: { param: string }) => param)]).toEqual(["event_id_conflict", ["eventName"]]);
  });
});

test("what Meta detected and tells of again, once its time has passed, is known", async () => {
  clock = 0;
  const { wabaId } = await api.account({ automaticEvents: "forward" });
  const timestamp = Math.floor(Date.now() / 1_000) - 60;
  const guess = { id: `wamid.${randomUUID()}`, event_name: "LeadSubmitted", timestamp, ctwa_clid: "ARA-automatic" };
  const value = { automatic_events: [guess] };
  const delivery = {
    object: "whatsapp_business_account",
    entry: [{ id: wabaId, changes: [{ field: "automatic_events", value }] }],
  };
  await api.webhook(delivery);
  clock = 8 * DAY_MS;
  await api.webhook(delivery);
  const line = api.logLines.map((one) => JSON.parse(one)).findLast(({ msg }) => msg === "webhook.taken");
  expect(line.automatic).toEqual({ duplicate: 1 });
});
