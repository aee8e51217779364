import { ConversionCheck } from "@capi-relay/contract";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aBsuid, aClick, CONVERSIONS, checkOf, DAY_SECONDS, nowSeconds } from "./a-check.ts";
import { aConversion, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account({ eventNameAliases: { Sale: "Purchase" } }));
});

afterAll(() => api.close());

describe("the check of a conversion", () => {
  test("tells which click it would be credited to, how long the windows are, and how the destination stands", async () => {
    const bsuid = aBsuid();
    const clickedAt = nowSeconds() - 2 * DAY_SECONDS;
    const ctwaClid = await aClick(api, { accountId, bsuid, clickedAt });
    const body = aConversion(accountId, { bsuid, eventTime: nowSeconds() - 60 });
    const { statusCode, check, text } = await checkOf(api, body);
    expect(statusCode).toBe(200);
    expect(() => ConversionCheck.parse(check)).not.toThrow();
    expect(check).toMatchObject({
      wouldAccept: true,
      problems: [],
      duplicate: null,
      firstTurn: { status: "sending", reason: null },
      click: {
        adId: "120226305854810726",
        clickedAt: new Date(clickedAt * 1_000).toISOString(),
        matchedBy: "bsuid",
        conversationId: expect.stringMatching(/^[0-9a-f]{24}$/),
      },
      clickWindow: { secondsLeft: 5 * DAY_SECONDS + clickedAt + 2 * DAY_SECONDS - body.eventTime },
      eventTimeWindow: { expiresAt: new Date((body.eventTime + 7 * DAY_SECONDS - 300) * 1_000).toISOString() },
      eventName: { given: "LeadSubmitted", sentAs: "LeadSubmitted", allowed: true, switchedOff: false },
      destination: { state: "active", datasetId: "1234567890", tokenAgeDays: 0, lastProbe: null, throttledUntil: null },
    });
    expect(check.verdict).toMatch(
      /^It would be accepted and sent to the sandbox at once as LeadSubmitted, credited to/,
    );
    for (const secret of [ctwaClid, bsuid, CANARIES.token]) expect(text).not.toContain(secret);
  });

  test("stores nothing and sends nothing", async () => {
    const body = aConversion(accountId);
    const before = await api.mongo.native.events.countDocuments({});
    for (let count = 0; count < 3; count += 1) expect((await checkOf(api, body)).check.wouldAccept).toBe(true);
    expect(await api.mongo.native.events.countDocuments({})).toBe(before);
    const sent = await api.call("POST", CONVERSIONS, body);
    expect([sent.statusCode, sent.json().duplicate]).toEqual([202, false]);
  });

  test.each<[string, object, string, string]>([
    ["a refused name", { eventName: "Lead" }, "event_name_refused", "eventName"],
    ["milliseconds", { eventTime: Date.now() }, "event_time_in_milliseconds", "eventTime"],
    ["an old time", { eventTime: nowSeconds() - 8 * DAY_SECONDS }, "event_time_too_old", "eventTime"],
    ["a purchase for nothing", { eventName: "Sale" }, "value_required", "value"],
  ])("names what %s would be refused for", async (_, changes, code, param) => {
    const { check } = await checkOf(api, aConversion(accountId, changes));
    expect(check).toMatchObject({ wouldAccept: false, firstTurn: null, problems: [{ code, param }] });
    expect(check.verdict).toBe(`It would be refused: ${check.problems[0]?.message}`);
  });

  test("counts nothing from a time that lies ahead, as milliseconds do", async () => {
    const bsuid = aBsuid();
    await aClick(api, { accountId, bsuid });
    const { check } = await checkOf(api, aConversion(accountId, { bsuid, eventTime: Date.now() }));
    expect(check).toMatchObject({ click: { matchedBy: "bsuid" }, clickWindow: null, eventTimeWindow: null });
  });

  test("of an account that does not exist says so, and repeats no name nobody knows", async () => {
    const { check, text } = await checkOf(api, aConversion("nobody", { eventName: "canary-name" }));
    expect(check).toMatchObject({ wouldAccept: false, destination: null, problems: [{ code: "account_not_found" }] });
    expect(text).not.toContain("canary-name");
  });

  test("says of somebody else's account and events what it says of none", async () => {
    const body = aConversion(accountId);
    await api.call("POST", CONVERSIONS, body);
    const { secret } = await api.apiKey({ scopes: ["send"], accountIds: [(await api.account()).id] });
    const foreign = await api.callWith(secret, "POST", `${CONVERSIONS}/check`, body);
    const nowhere = await api.callWith(secret, "POST", `${CONVERSIONS}/check`, { ...body, accountId: "nobody" });
    expect(foreign.json()).toEqual(nowhere.json());
    expect(foreign.json()).toMatchObject({ duplicate: null, click: null, destination: null });
  });

  test("tells a repeat from a conflict", async () => {
    const body = aConversion(accountId, { orderId: "1" });
    const { id } = (await api.call("POST", CONVERSIONS, body)).json();
    const repeat = (await checkOf(api, { ...body, orderId: "2" })).check;
    expect(repeat).toMatchObject({
      wouldAccept: true,
      firstTurn: null,
      duplicate: { id, status: "queued", samePayload: true },
      warnings: [expect.stringMatching(/^orderId differs/)],
    });
    expect(repeat.verdict).toMatch(/repeat of a conversion that is queued/);
    const conflict = (await checkOf(api, { ...body, bsuid: aBsuid() })).check;
    expect(conflict).toMatchObject({
      wouldAccept: false,
      duplicate: { id, samePayload: false, differs: ["identity"] },
      problems: [{ code: "event_id_conflict", param: null }],
    });
  });

  test("of a body that is no conversion is answered as sending it would be", async () => {
    const body = { accountId, eventName: "Purchase" };
    const [checked, sent] = [await checkOf(api, body), await api.call("POST", CONVERSIONS, body)];
    expect([checked.statusCode, sent.statusCode]).toEqual([400, 400]);
    expect({ ...checked.check, requestId: "" }).toEqual({ ...sent.json(), requestId: "" });
  });
});

test("a check of an event that was sent and delivered says that a repeat sends nothing new", async () => {
  const body = aConversion(accountId);
  const { id } = (await api.call("POST", CONVERSIONS, body)).json();
  await api.ledger.settle(aLedgerEvent({ id }), {
    outcome: { status: "delivered", reason: null },
    attempt: null,
    click: null,
  });
  expect((await checkOf(api, body)).check).toMatchObject({
    duplicate: { id, status: "delivered" },
    verdict: "It would be answered as a repeat of a conversion that is delivered; nothing new would be sent.",
  });
});
