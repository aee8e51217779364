import { ConversionList } from "@capi-relay/contract";
import { anAttempt } from "@capi-relay/domain/builders";
import { type LedgerEvent, QueryTooSlow } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { aConversion, CANARIES, openApi } from "./an-api.ts";

let api: Awaited<ReturnType<typeof openApi>>;
let accountId: string;

beforeAll(async () => {
  api = await openApi();
  await vi.waitFor(() => api.queue.ping());
  ({ id: accountId } = await api.account());
});

afterAll(() => api.close());

const CONVERSIONS = "/v1/whatsapp/conversions";
const list = (query = "") => api.call("GET", `${CONVERSIONS}${query}`);
const START = Date.UTC(2026, 9, 1);
const at = (minute: number) => new Date(START + minute * 60_000);

async function stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = aLedgerEvent({ accountId, ...changes });
  await api.ledger.accept(event);
  return event;
}

/** Follows the cursor to the end. */
async function eventIdsOf(query: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const answer = await list(`?${query}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    expect(answer.statusCode).toBe(200);
    const page = answer.json();
    ids.push(...page.events.map((event: { eventId: string }) => event.eventId));
    cursor = page.nextCursor;
  }
  return ids;
}

describe("the list of conversions", () => {
  test("shows each in the words of a synchronous API and in ours", async () => {
    const { id: own } = await api.account();
    const conversationId = "0123456789abcdef01234567";
    const attempts = [
      anAttempt({ traceId: "first" }),
      anAttempt({ traceId: "AbC", durationMs: 321, startedAt: at(9), metaMessage: "canary-text" }),
    ];
    const event = await stored({
      accountId: own,
      status: "delivered",
      eventName: "Purchase",
      attempts,
      acceptedAt: at(1),
      endedAt: at(10),
      details: { value: 12.5, currency: "BRL", orderId: "o-1", contentIds: null, contents: null, numItems: null },
      contact: { conversationId, bsuidKey: "canary", phoneKey: "canary", phoneVariantKeys: [], ctwaClid: "canary" },
      personal: { em: "canary" },
    });
    const answer = await list(`?accountId=${own}`);
    expect(answer.json()).toEqual({
      events: [
        {
          timestamp: at(9).toISOString(),
          eventName: "Purchase",
          conversationId,
          eventsReceived: 1,
          eventsFailed: 0,
          traceId: "AbC",
          durationMs: 321,
          id: event.id,
          eventId: event.eventId,
          accountId: own,
          status: "delivered",
          reason: null,
          explanation: expect.stringMatching(/^Meta has taken/),
          acceptedAt: at(1).toISOString(),
          endedAt: at(10).toISOString(),
          value: 12.5,
          currency: "BRL",
          orderId: "o-1",
          testCode: null,
        },
      ],
      nextCursor: null,
    });
    expect(() => ConversionList.parse(answer.json())).not.toThrow();
    expect(answer.body).not.toContain("canary");
  });

  test("shows what came in through the front door, and nothing that was personal", async () => {
    const { id: own } = await api.account();
    const personal = { email: CANARIES.email, phoneE164: CANARIES.phone, externalId: CANARIES.externalId };
    const body = aConversion(own, personal);
    await api.call("POST", CONVERSIONS, body);
    const answer = await list(`?accountId=${own}&limit=200`);
    expect(answer.json().events).toMatchObject([
      { eventId: body.eventId, status: "queued", eventsReceived: 0, eventsFailed: 0, durationMs: null, traceId: null },
    ]);
    for (const canary of Object.values(CANARIES)) expect(answer.body).not.toContain(canary);
  });

  test("is narrowed by every filter, alone and together", async () => {
    const { id: own } = await api.account();
    const make = (eventId: string, changes: Partial<LedgerEvent>) => stored({ accountId: own, eventId, ...changes });
    await make("lead", { acceptedAt: at(1), status: "delivered" });
    await make("sale", { acceptedAt: at(2), status: "failed", reason: "retries_exhausted", eventName: "Purchase" });
    await make("late", { acceptedAt: at(3), status: "skipped", reason: "click_window_expired", eventName: "Purchase" });
    await make("next", { acceptedAt: at(4), status: "queued" });
    const iso = (minute: number) => encodeURIComponent(at(minute).toISOString());
    const seconds = (minute: number) => String(at(minute).getTime() / 1_000);
    const cases: [string, string[]][] = [
      ["", ["next", "late", "sale", "lead"]],
      ["status=failed", ["sale"]],
      ["status=failed&status=queued", ["next", "sale"]],
      ["reason=click_window_expired", ["late"]],
      ["eventName=Purchase", ["late", "sale"]],
      [`acceptedFrom=${iso(2)}&acceptedTo=${iso(4)}`, ["late", "sale"]],
      [`acceptedFrom=${seconds(3)}`, ["next", "late"]],
      ["eventName=Purchase&status=failed&status=delivered", ["sale"]],
      ["eventName=AddToCart", []],
    ];
    for (const [query, eventIds] of cases) {
      expect({ query, found: await eventIdsOf(`accountId=${own}&limit=2&${query}`) }).toEqual({
        query,
        found: eventIds,
      });
    }
  });

  test("finds an eventId in every account, a real event and its test alike", async () => {
    const eventId = `order-${crypto.randomUUID()}`;
    const { id: other } = await api.account();
    for (const changes of [{ accountId }, { accountId, testCode: "TEST1" }, { accountId: other }]) {
      const { accountId: account, ...rest } = changes;
      expect((await api.call("POST", CONVERSIONS, aConversion(account, { eventId, ...rest }))).statusCode).toBe(202);
    }
    expect((await list(`?eventId=${eventId}`)).json().events).toHaveLength(3);
    expect((await list(`?eventId=${eventId}&accountId=${accountId}`)).json().events).toHaveLength(2);
    expect((await list(`?eventId=${eventId}&accountId=${other}&status=delivered`)).json().events).toEqual([]);
  });

  test("shows every account's when none is named", async () => {
    const { id: other } = await api.account();
    const one = await stored({ acceptedAt: new Date(Date.now() + 3_600_000) });
    const two = await stored({ accountId: other, acceptedAt: new Date(Date.now() + 7_200_000) });
    const { events } = (await list("?limit=2")).json();
    expect(events.map(({ id }: { id: string }) => id)).toEqual([two.id, one.id]);
  });

  test("followed by its cursor while events come in yields every old one exactly once", async () => {
    const { id: own } = await api.account();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 15 }),
        fc.array(fc.nat(5), { maxLength: 8 }),
        fc.integer({ min: 1, max: 6 }),
        async (oldMinutes, newMinutes, limit) => {
          await api.mongo.native.events.deleteMany({ accountId: own });
          const make = (minute: number) => stored({ accountId: own, acceptedAt: at(minute) });
          const old = await Promise.all(oldMinutes.map(make));
          const coming = [...newMinutes];
          const seen: string[] = [];
          for (let cursor: string | null = ""; cursor !== null; ) {
            const page: ConversionList = (
              await list(`?accountId=${own}&limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`)
            ).json();
            seen.push(...page.events.map(({ id }) => id));
            cursor = page.nextCursor;
            const next = coming.pop();
            if (next !== undefined) await make(next);
          }
          for (const { id } of old) expect(seen.filter((one) => one === id)).toEqual([id]);
        },
      ),
      { numRuns: 30 },
    );
  });
});

test("a key sees the events of its own accounts and no others, and its cursors are its own", async () => {
  const [{ id: own }, { id: foreign }] = [await api.account(), await api.account()];
  const { eventId, ...body } = aConversion(own);
  for (const accountId of [own, foreign]) await api.call("POST", CONVERSIONS, { ...body, eventId, accountId });
  await stored({ accountId: own });
  const { secret } = await api.apiKey({ scopes: ["read"], accountIds: [own] });
  const listOf = async (query: string) => api.callWith(secret, "GET", `${CONVERSIONS}${query}`);
  const accountsIn = async (query: string) =>
    (await listOf(query)).json().events.map((event: { accountId: string }) => event.accountId);
  expect(await accountsIn("")).toEqual([own, own]);
  expect(await accountsIn(`?eventId=${eventId}`)).toEqual([own]);
  expect((await listOf(`?accountId=${foreign}`)).json().code).toBe("account_not_found");
  const { nextCursor } = (await list("?limit=1")).json();
  expect((await listOf(`?cursor=${nextCursor}`)).json().code).toBe("cursor_invalid");
});

describe("a cursor", () => {
  async function aCursor(query: string): Promise<string> {
    await Promise.all([stored(), stored(), stored()]);
    const { nextCursor } = (await list(`?${query}&limit=1`)).json();
    expect(nextCursor).toEqual(expect.any(String));
    return nextCursor;
  }
  const codeOf = async (query: string) => {
    const { statusCode, body } = await list(query);
    return [statusCode, JSON.parse(body).code, JSON.parse(body).param];
  };
  const INVALID = [400, "cursor_invalid", "cursor"];

  test("belongs to its filters; only the size of a page may change", async () => {
    const cursor = await aCursor(`accountId=${accountId}`);
    expect((await list(`?accountId=${accountId}&limit=7&cursor=${cursor}`)).statusCode).toBe(200);
    expect(await codeOf(`?cursor=${cursor}`)).toEqual(INVALID);
    expect(await codeOf(`?accountId=${accountId}&status=queued&cursor=${cursor}`)).toEqual(INVALID);
  });

  test("of another installation is refused, and so is one that was made up", async () => {
    const other = await openApi({ cursorKey: Buffer.from("another") });
    onTestFinished(() => other.close());
    const { id } = await other.account();
    for (let count = 0; count < 2; count += 1) await other.ledger.accept(aLedgerEvent({ accountId: id }));
    const foreign = (await other.call("GET", `${CONVERSIONS}?limit=1`)).json().nextCursor;
    const place = Buffer.from(`${Date.now()}:e${"A".repeat(22)}`).toString("base64url");
    for (const cursor of [foreign, place, "x", "%00", "e30", "0".repeat(256)]) {
      const { statusCode } = await list(`?cursor=${cursor}`);
      expect({ cursor, statusCode }).toEqual({ cursor, statusCode: 400 });
    }
    expect(await codeOf(`?cursor=${foreign}`)).toEqual(INVALID);
  });

  test("with any character changed is refused", async () => {
    const cursor = await aCursor(`accountId=${accountId}`);
    const bytes = Buffer.from(cursor, "base64url").length;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = Buffer.from(cursor, "base64url");
        changed[place] = (changed[place] ?? 0) ^ change;
        const answer = await codeOf(`?accountId=${accountId}&cursor=${changed.toString("base64url")}`);
        expect(answer).toEqual(INVALID);
      }),
      { numRuns: 60 },
    );
  });
});

test.each([
  ["statuss=failed", "unknown_field", "statuss"],
  ["status=lost", "invalid_value", "status"],
  ["status=failed&status=lost", "invalid_value", "status"],
  ["reason=none", "invalid_value", "reason"],
  ["limit=0", "invalid_value", "limit"],
  ["limit=201", "invalid_value", "limit"],
  ["limit=ten", "invalid_value", "limit"],
  ["limit=1&limit=2", "invalid_value", "limit"],
  ["acceptedFrom=yesterday", "invalid_value", "acceptedFrom"],
  ["acceptedTo=2026-11-20T12:00:00", "invalid_value", "acceptedTo"],
  ["acceptedTo=1700000000000", "invalid_value", "acceptedTo"],
  ["eventId=", "invalid_value", "eventId"],
])("the query ?%s is refused by name", async (query, code, param) => {
  const answer = await list(`?${query}`);
  expect([answer.statusCode, answer.json()]).toMatchObject([400, { code, param }]);
  expect(answer.json().error).toMatch(new RegExp(`^${param} .*\\.$`));
});

test.each([
  ["limit=1&limit=2", "limit is there more than once; give it once."],
  ["acceptedTo=1700000000&acceptedTo=1700000001", "acceptedTo is there more than once; give it once."],
  ["acceptedFrom=2026-11-20T12:00:00+03:00", "acceptedFrom holds a space where the time zone begins: in an address, "],
  [
    "acceptedFrom=1700000000000",
    "acceptedFrom must be whole Unix seconds, but looks like milliseconds: divide by 1000.",
  ],
  ["accepted_from=1", "accepted_from is not a parameter of this request; did you mean acceptedFrom?"],
  ["page=2", "page is not a parameter of this request; remove it or correct its name."],
])("the query ?%s is told the fix", async (query, error) => {
  expect((await list(`?${query}`)).json().error).toContain(error);
});

test("an account that does not exist is not found", async () => {
  const answer = await list("?accountId=nobody");
  expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: "account_not_found", param: "accountId" }]);
});

test("a list that would take too long says what to narrow", async () => {
  const slow = await openApi({ eventList: { page: () => Promise.reject(new QueryTooSlow()) } });
  onTestFinished(() => slow.close());
  const answer = await slow.call("GET", CONVERSIONS);
  expect([answer.statusCode, answer.json().code]).toEqual([422, "list_too_wide"]);
  expect(answer.json().error).toMatch(/Narrow acceptedFrom/);
});
