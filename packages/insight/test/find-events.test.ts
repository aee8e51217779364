import { deliveryKey } from "@capi-relay/domain";
import { NOBODY } from "@capi-relay/domain/builders";
import { ALL_EVENTS, type EventClue, type LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEvents } from "../src/index.ts";
import { hoursAgo, openInsight, worth } from "./an-insight.ts";

let world: Awaited<ReturnType<typeof openInsight>>;
let accounts: { id: string; wabaId: string }[];
const phoneKeyOf = (digits: string) => `key-of-${digits}`;

beforeAll(async () => {
  world = await openInsight();
  accounts = [
    await world.account({ id: "acct42", wabaId: "10001" }),
    await world.account({ id: "shop-2", wabaId: "10002" }),
  ];
});
afterAll(() => world.drop());

const find = (text: string, filter = ALL_EVENTS) =>
  findEvents({ list: world.list, search: world.search, accounts, phoneKeyOf }, text, filter, null, 50);
const idsOf = async (text: string) => (await find(text)).events.map(({ id }) => id).sort();

/** Events of one contact, an hour apart, stored as they came: the oldest first. Their ids, the newest first. */
async function storedForYears(phoneKey: string, count: number): Promise<string[]> {
  const { id } = await world.stored();
  const row = (await world.mongo.native.events.findOne({ _id: id })) ?? expect.fail("not stored");
  const rows = Array.from({ length: count }, (_, index) => ({
    ...row,
    _id: aLedgerEvent().id,
    contact: { ...NOBODY, phoneKey },
    acceptedAt: hoursAgo(count - index, row.acceptedAt),
  }));
  await world.mongo.native.events.insertMany(rows);
  return rows.map(({ _id }) => _id).reverse();
}

describe("what a person types finds an event", () => {
  test("by the caller's id, in every account that has it", async () => {
    const keys = ["acct42", "shop-2"].map((accountId) => deliveryKey({ accountId, eventId: "order-1:Purchase" }));
    for (const [index, id] of keys.entries())
      await world.stored({ id, accountId: accounts[index]?.id ?? "", eventId: "order-1:Purchase" });
    expect(await idsOf("order-1:Purchase")).toEqual([...keys].sort());
    expect(await idsOf(` ${keys[0]} `)).toEqual([keys[0]]);
  });

  test("by the order", async () => {
    const event = await world.stored({ details: worth(10, "BRL", "#1042 B") });
    expect(await idsOf("#1042 B")).toEqual([event.id]);
  });

  test("by Meta's trace id of any attempt", async () => {
    const event = await world.stored();
    await world.mongo.native.events.updateOne(
      { _id: event.id },
      { $set: { attempts: [{ traceId: "AfirstTraceId" }, { traceId: "AsecondTraceId" }] as never } },
    );
    expect(await idsOf("AsecondTraceId")).toEqual([event.id]);
  });

  test("by the phone number as people write it, in each national spelling", async () => {
    const given = await world.stored({ contact: { ...NOBODY, phoneKey: phoneKeyOf("5511987654321") } });
    const variant = await world.stored({ contact: { ...NOBODY, phoneKey: phoneKeyOf("551187654321") } });
    for (const typed of ["+55 (11) 98765-4321", "5511987654321", "55 11 8765 4321"])
      expect(await idsOf(typed)).toEqual([given.id, variant.id].sort());
  });

  test("by the phone number of a contact whom the event names by conversation or BSUID", async () => {
    const contact = { wabaId: "10001", bsuidKey: "some-bsuid", phoneKey: phoneKeyOf("5511955550000") };
    const { conversation } = await world.conversations.remember(contact, null, new Date());
    const byConversation = await world.stored({ contact: { ...NOBODY, conversationId: conversation.id } });
    const byBsuid = await world.stored({ contact: { ...NOBODY, bsuidKey: "some-bsuid" } });
    expect(await idsOf("5511955550000")).toEqual([byConversation.id, byBsuid.id].sort());
  });

  test("the newest first, also of a contact with more events than a search gives", async () => {
    const phoneKey = phoneKeyOf("5511977770000");
    const newest = await storedForYears(phoneKey, 1_203);
    const { events, isInOrder } = await find("5511977770000");
    expect(events.map(({ id }) => id)).toEqual(newest.slice(0, 50));
    expect(isInOrder).toBe(true);
  });

  test("and of more than are put in order it is said that newer ones may be missing", async () => {
    await storedForYears(phoneKeyOf("5511977770001"), 10_001);
    const { events, isInOrder } = await find("5511977770001");
    expect(events).toHaveLength(50);
    expect(isInOrder).toBe(false);
  });

  test("and nothing at all when nothing fits", async () => {
    expect(await find("nobody-knows-this")).toEqual({ events: [], next: null, isInOrder: true });
    expect(await find("x".repeat(500))).toEqual({ events: [], next: null, isInOrder: true });
  });
});

test("the filter narrows what was found", async () => {
  const delivered = await world.stored({ status: "delivered", details: worth(1, "BRL", "twice") });
  await world.stored({ status: "rejected", details: worth(1, "BRL", "twice") });
  const { events } = await find("twice", { ...ALL_EVENTS, statuses: ["delivered"] });
  expect(events.map(({ id }) => id)).toEqual([delivered.id]);
});

test("pages follow one another until the last one", async () => {
  const ids = new Set<string>();
  for (let event = 0; event < 7; event += 1) ids.add((await world.stored({ details: worth(1, "BRL", "many") })).id);
  const ports = { list: world.list, search: world.search, accounts, phoneKeyOf };
  const seen: string[] = [];
  let after: Parameters<typeof findEvents>[3] = null;
  do {
    const page: Awaited<ReturnType<typeof findEvents>> = await findEvents(ports, "many", ALL_EVENTS, after, 3);
    seen.push(...page.events.map(({ id }) => id));
    after = page.next;
  } while (after !== null);
  expect(seen).toHaveLength(7);
  expect(new Set(seen)).toEqual(ids);
});

describe("every clue has an index", () => {
  const queries: [string, EventClue][] = [
    ["order", { kind: "order_id", orderId: "1042" }],
    ["trace", { kind: "trace_id", traceId: "Atrace" }],
    ["phone", { kind: "phone", phoneKeys: ["a", "b"], wabaIds: ["10001"] }],
  ];
  test.each(queries)("%s", async (_, clue) => {
    const plans = await world.search.explain(clue);
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(plan).not.toContain("COLLSCAN");
    for (const plan of plans) expect(plan).toContain("IXSCAN");
  });
});

test("no clue of a person leaves the search: events come without look-up keys and click ids", async () => {
  const contact: LedgerEvent["contact"] = {
    ...NOBODY,
    phoneKey: phoneKeyOf("5511900000001"),
    ctwaClid: "secret-click",
  };
  await world.stored({ contact });
  const { events } = await find("5511900000001");
  expect(events).toHaveLength(1);
  expect(JSON.stringify(events)).not.toMatch(/secret-click|key-of/);
});
