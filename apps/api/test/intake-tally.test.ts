import { RefusalStore, StorageUnavailable } from "@capi-relay/storage";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { IntakeTally } from "../src/intake-tally.ts";
import { aConversion, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;

beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const CONVERSIONS = "/v1/whatsapp/conversions";
const send = (body: object, headers: Record<string, string> = {}) => api.call("POST", CONVERSIONS, body, headers);
const HOUR_MS = 3_600_000;

/** What is counted for an account (null: for none) since yesterday, as `code name count`. */
async function counted(accountId: string | null): Promise<string[]> {
  await api.intake.flush();
  const now = Date.now();
  const rows = await api.refusals.between({
    accountId,
    from: new Date(now - 24 * HOUR_MS),
    until: new Date(now + HOUR_MS),
  });
  return rows.map(({ code, eventName, count }) => `${code} ${eventName} ${count}`).sort();
}

describe("what does not get in", () => {
  test("is counted by account, code and name, alone or in a batch", async () => {
    const { id } = await api.account();
    const refused = { ...aConversion(id), eventName: "Lead" };
    expect((await send(refused)).statusCode).toBe(422);
    const tooOld = aConversion(id, { eventTime: 1_000_000_000 });
    const batch = await api.call("POST", `${CONVERSIONS}/batch`, {
      events: [refused, refused, tooOld, aConversion(id)],
    });
    expect(batch.statusCode).toBe(200);
    expect(await counted(id)).toEqual(["event_name_refused Lead 3", "event_time_too_old LeadSubmitted 1"]);
  });

  test("is counted also when its form is wrong", async () => {
    const { id } = await api.account();
    await send({ accountId: id, eventName: "Purchase" });
    await send({ ...aConversion(id), surprise: 1 });
    expect(await counted(id)).toEqual(["missing_field Purchase 1", "unknown_field LeadSubmitted 1"]);
  });

  test("counts repeats apart: nothing is lost with them", async () => {
    const { id } = await api.account();
    const conversion = aConversion(id);
    for (const status of [202, 200, 200]) expect((await send(conversion)).statusCode).toBe(status);
    expect(await counted(id)).toEqual(["duplicate LeadSubmitted 2"]);
  });

  test("under no account when nobody knows the account, whatever its id", async () => {
    const before = await counted(null);
    await send(aConversion("nobody-1"));
    await send(aConversion("nobody-2"));
    await send(aConversion("x y\u{1f600}"));
    await send(aConversion("nobody-1"), { authorization: "Bearer wrong" });
    await api.app.inject({ method: "POST", url: CONVERSIONS, payload: {} });
    expect(before).toEqual([]);
    expect(await counted(null)).toEqual([
      "account_not_found LeadSubmitted 3",
      "api_key_invalid null 1",
      "api_key_missing null 1",
    ]);
    const rows = JSON.stringify(await api.mongo.collections.refusals.find().lean());
    expect(rows).not.toContain("nobody");
  });

  test("is counted when the request would have waited for the ending, too", async () => {
    const { id } = await api.account();
    const refused = aConversion(id, { eventName: "Lead" });
    expect((await send(refused, { prefer: "wait=5" })).statusCode).toBe(422);
    expect(await counted(id)).toEqual(["event_name_refused Lead 1"]);
  });

  test("does not include what went wrong once a conversion was in", async () => {
    const waitingRoom = { wait: () => Promise.reject(new Error("a mistake")), close: () => {} };
    const mistaken = await openApi({ waitingRoom, intake: api.intake });
    const { id } = await mistaken.account();
    const noted = vi.spyOn(api.intake, "refused");
    const inStore = aConversion(id);
    const answer = await mistaken.call("POST", CONVERSIONS, inStore, { prefer: "wait=5" });
    expect(answer.json()).toMatchObject({ code: "internal_error" });
    expect(await mistaken.mongo.native.events.countDocuments({ eventId: inStore.eventId })).toBe(1);
    expect(noted).not.toHaveBeenCalled();
    await mistaken.call("POST", CONVERSIONS, aConversion(id, { eventName: "Lead" }), { prefer: "wait=5" });
    expect(noted).toHaveBeenCalledOnce();
    noted.mockRestore();
    await mistaken.close();
  });

  test("does not include what was only checked", async () => {
    const { id } = await api.account();
    for (const changes of [{ eventName: "Lead" }, {}, { surprise: 1 }])
      await api.call("POST", `${CONVERSIONS}/check`, aConversion(id, changes));
    expect(await counted(id)).toEqual([]);
  });

  test("never stands under an account the key may not use, alone or in a batch", async () => {
    const [own, theirs] = [await api.account(), await api.account()];
    const { secret } = await api.apiKey({ accountIds: [own.id] });
    const before = await counted(null);
    const foreign = aConversion(theirs.id, { eventName: "AddToCart" });
    await api.callWith(secret, "POST", CONVERSIONS, foreign);
    await api.callWith(secret, "POST", CONVERSIONS, { ...foreign, surprise: 1 });
    await api.callWith(secret, "POST", `${CONVERSIONS}/batch`, {
      events: [foreign, aConversion(own.id, { eventName: "Lead" })],
    });
    expect(await counted(theirs.id)).toEqual([]);
    expect(await counted(own.id)).toEqual(["event_name_refused Lead 1"]);
    const added = (await counted(null)).filter((row) => !before.includes(row));
    expect(added).toEqual(["account_not_found AddToCart 2", "unknown_field AddToCart 1"]);
  });

  test("includes what a key without the scope sends, or one that asks too often", async () => {
    const lacking = await api.apiKey({ scopes: ["read"] });
    const hasty = await api.apiKey({ requestsPerMinute: 1 });
    const before = await counted(null);
    const { id } = await api.account();
    await api.callWith(lacking.secret, "POST", CONVERSIONS, aConversion(id));
    for (const status of [202, 429])
      expect((await api.callWith(hasty.secret, "POST", CONVERSIONS, aConversion(id))).statusCode).toBe(status);
    const added = (await counted(null)).filter((row) => !before.includes(row));
    expect(added).toEqual(["rate_limited null 1", "scope_missing null 1"]);
    expect(await counted(id)).toEqual([]);
  });

  test("keeps of a name only what everybody knows", async () => {
    const { id } = await api.account();
    await send(aConversion(id, { eventName: "5511912345678" }));
    expect(await counted(id)).toEqual(["event_name_not_allowed null 1"]);
  });

  test("shows in the metrics at once, and so does what gets in", async () => {
    const { id } = await api.account();
    const before = await api.registry.metrics();
    const amountOf = (text: string, series: string) =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${series} `))
          ?.split(" ")
          .at(-1) ?? 0,
      );
    await send(aConversion(id));
    await send(aConversion(id, { eventName: "Lead" }));
    await api.call("GET", `${CONVERSIONS}/canary-id`);
    const after = await api.registry.metrics();
    for (const series of [
      'capi_relay_events_accepted_total{event_name="LeadSubmitted"}',
      'capi_relay_events_refused_total{code="event_name_refused"}',
      'capi_relay_http_request_duration_seconds_count{route="/v1/whatsapp/conversions",method="POST",status="422"}',
      'capi_relay_http_request_duration_seconds_count{route="/v1/whatsapp/conversions/:id",method="GET",status="404"}',
    ])
      expect(amountOf(after, series), series).toBe(amountOf(before, series) + 1);
    expect(after).not.toContain("canary");
    expect(after).not.toContain(id);
  });
});

describe("the tally", () => {
  const silent = { accepted: () => {}, duplicate: () => {}, refused: () => {}, automatic: () => {} };
  const tallyOf = (changes: Partial<ConstructorParameters<typeof IntakeTally>[0]>) =>
    new IntakeTally({
      metrics: silent,
      refusals: new RefusalStore(api.mongo),
      accounts: api.accountStore,
      flushEveryMs: 3_600_000,
      onTrouble: () => {},
      now: () => new Date(),
      ...changes,
    });

  test("keeps what could not be stored for the next time, and stores the rest at the end", async () => {
    const { id } = await api.account();
    const troubles: unknown[] = [];
    let away = true;
    const store = new RefusalStore(api.mongo);
    const tally = tallyOf({
      refusals: {
        add: async (counts) => {
          if (away) throw new StorageUnavailable(new Error("away"));
          await store.add(counts);
        },
      },
      onTrouble: (error) => troubles.push(error),
    });
    tally.refused("missing_field", { accountId: id });
    await tally.flush();
    expect(troubles).toHaveLength(1);
    away = false;
    tally.refused("missing_field", { accountId: id });
    await tally.close();
    expect(await counted(id)).toEqual(["missing_field null 2"]);
  });

  test("adds up across processes, and keeps the hours apart", async () => {
    const { id } = await api.account();
    const now = Date.now();
    const hours = [new Date(now - HOUR_MS), new Date(now), new Date(now)];
    const tallies = hours.map((hour) => tallyOf({ now: () => hour }));
    for (const tally of tallies) tally.duplicate(id, "Purchase");
    await Promise.all(tallies.map((tally) => tally.close()));
    expect(await counted(id)).toEqual(["duplicate Purchase 1", "duplicate Purchase 2"]);
  });

  test("stays small however many accounts somebody invents", async () => {
    const stored: (readonly object[])[] = [];
    const tally = tallyOf({
      refusals: { add: async (counts) => void stored.push(counts) },
      accounts: { existing: async (ids) => new Set(ids) },
    });
    for (let index = 0; index < 20_000; index += 1) tally.refused("missing_field", { accountId: `made-up-${index}` });
    await tally.close();
    expect(stored[0]?.length).toBeLessThanOrEqual(5_001);
    expect(stored[0]).toContainEqual(expect.objectContaining({ accountId: null, count: 15_000 }));
  });
});
