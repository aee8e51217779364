import { isTerminal } from "@capi-relay/contract";
import { anAttempt } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ALL_EVENTS, type EventFilter, EventLedger, EventList, queriesOf } from "../src/index.ts";
import { aLedgerEvent, openDatabase, vault } from "./builders.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 1);

let world: Awaited<ReturnType<typeof openDatabase>>;
let ledger: EventLedger;
let list: EventList;

beforeAll(async () => {
  world = await openDatabase();
  ledger = new EventLedger(world.mongo, vault);
  list = new EventList(world.mongo);
});

afterAll(() => world.drop());

beforeEach(async () => {
  await world.mongo.native.events.deleteMany({});
});

const at = (minute: number) => new Date(START + minute * MINUTE_MS);
const only = (filter: Partial<EventFilter>): EventFilter => ({ ...ALL_EVENTS, ...filter });
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

async function stored(changes: Parameters<typeof aLedgerEvent>[0] = {}) {
  const event = aLedgerEvent(changes);
  await ledger.accept(event);
  return event;
}

describe("the list", () => {
  test("runs from the newest acceptance to the oldest, and shows nothing that points to a person", async () => {
    const personal = { em: "canary-hash", externalId: "canary-external" };
    const contact = {
      conversationId: "0123456789abcdef01234567",
      bsuidKey: "canary-bsuid",
      phoneKey: "canary-phone",
      phoneVariantKeys: ["canary-variant"],
      ctwaClid: "canary-click",
    };
    const attempts = [anAttempt({ traceId: "A1", durationMs: 77, metaMessage: "canary-text" })];
    const older = await stored({ acceptedAt: at(1), personal, contact, attempts, generation: 3 });
    const newer = await stored({ acceptedAt: at(2) });
    const page = await list.page(ALL_EVENTS, null, 10);
    expect(idsOf(page)).toEqual([newer.id, older.id]);
    expect(page[1]).toMatchObject({
      contact: { conversationId: contact.conversationId },
      attempts: [{ traceId: "A1", durationMs: 77 }],
    });
    expect(JSON.stringify(page)).not.toMatch(/canary|personal|fingerprint/);
  });

  test("goes through every event of the filter, one by one, in pages of its own", async () => {
    const events = await Promise.all(
      Array.from({ length: 1_203 }, (_, minute) => stored({ acceptedAt: at(minute), accountId: "acct42" })),
    );
    await stored({ accountId: "another" });
    const streamed: string[] = [];
    for await (const { id } of list.stream(only({ accountIds: ["acct42"] }))) streamed.push(id);
    expect(streamed).toEqual(idsOf(events).reverse());
  });

  test("of no account and of no id is empty", async () => {
    await stored();
    expect(await list.page(only({ accountIds: [] }), null, 10)).toEqual([]);
    expect(await list.page(only({ ids: [] }), null, 10)).toEqual([]);
  });
});

describe("a page of many events", () => {
  const MANY = 12_000;
  const LIMIT = 50;

  async function fillUp() {
    const rows = Array.from({ length: MANY }, (_, index) => {
      const rare = index % 600 === 0;
      const [status, reason] = rare ? (["failed", "meta_unknown_error"] as const) : (["delivered", null] as const);
      const {
        id,
        personal: _personal,
        ...rest
      } = aLedgerEvent({
        accountId: `acct-${index % 4}`,
        eventName: index % 1_200 === 3 ? "ViewContent" : "Purchase",
        status,
        reason,
        acceptedAt: at(index),
        endedAt: isTerminal(status) ? at(index) : null,
      });
      return { _id: id, ...rest, retained: true };
    });
    await world.mongo.native.events.insertMany(rows);
    return rows;
  }

  test("reads few more than it shows, by an index, whatever is asked for", async () => {
    const rows = await fillUp();
    const ids = rows.slice(0, 3).map(({ _id }) => _id);
    const filters: Record<string, Partial<EventFilter>> = {
      everything: {},
      "an account": { accountIds: ["acct-1"] },
      "several accounts": { accountIds: ["acct-1", "acct-2", "acct-3"] },
      "a time": { acceptedFrom: at(5_000), acceptedTo: at(9_000) },
      "an account and a time": { accountIds: ["acct-1"], acceptedFrom: at(5_000), acceptedTo: at(9_000) },
      "what ends most events": { statuses: ["delivered"] },
      "what ends few": { statuses: ["failed"] },
      "what ends none": { statuses: ["outcome_unknown", "held"] },
      "what waits, while nothing does": { statuses: ["queued"] },
      "what waits for an account, while nothing does": { statuses: ["queued", "sending"], accountIds: ["acct-1"] },
      "what ends few of an account": { statuses: ["failed", "rejected"], accountIds: ["acct-0"] },
      "what ends few of an account, for another": { statuses: ["failed"], accountIds: ["acct-1"] },
      "a reason": { reason: "meta_unknown_error" },
      "a reason nobody has": { reason: "connection_failed" },
      "a reason of an account": { reason: "meta_unknown_error", accountIds: ["acct-0"] },
      "a status and a reason": { statuses: ["failed"], reason: "meta_unknown_error", accountIds: ["acct-0"] },
      "what ends most and what ends few": { statuses: ["delivered", "failed", "queued"], accountIds: ["acct-1"] },
      "a common name": { eventName: "Purchase" },
      "a rare name": { eventName: "ViewContent" },
      "a rare name of an account": { eventName: "ViewContent", accountIds: ["acct-3"] },
      "a name nobody has": { eventName: "AddToCart", accountIds: ["acct-1", "acct-2"] },
      "more accounts than are merged": { accountIds: Array.from({ length: 300 }, (_, index) => `acct-${index}`) },
      "what came to a bad end in some time": { statuses: ["failed"], endedFrom: at(3_000), endedTo: at(9_000) },
      "what came to any bad end in some time": {
        statuses: ["failed", "rejected", "skipped"],
        endedFrom: at(3_000),
        endedTo: at(9_000),
        withoutTests: true,
      },
      "a bad end in some time, of an account and for a reason": {
        statuses: ["failed"],
        reason: "meta_unknown_error",
        accountIds: ["acct-0"],
        endedFrom: at(3_000),
      },
      "what ended well in a short time": { statuses: ["delivered"], endedFrom: at(9_000), endedTo: at(9_060) },
      "some ids": { ids, accountIds: ["acct-0", "acct-1"] },
    };
    const after = { acceptedAt: at(10_000), id: "e" };
    for (const [what, filter] of Object.entries(filters)) {
      for (const position of [null, after]) {
        for (const { queryPlanner, executionStats } of await list.explain(only(filter), position, LIMIT)) {
          const few = (read: number, most: number) => (read <= most ? "few" : read);
          const { totalDocsExamined, totalKeysExamined } = executionStats;
          const scans = JSON.stringify(queryPlanner.winningPlan).includes("COLLSCAN");
          const docs = few(totalDocsExamined, 2 * LIMIT);
          // A name stands last in the keys, so that keys are read for a rare one, but no documents.
          const keys = few(totalKeysExamined, filter.eventName === undefined ? 4 * LIMIT : MANY);
          expect({ what, scans, docs, keys }).toEqual({ what, scans: false, docs: "few", keys: "few" });
        }
      }
    }
  });

  test("costs the same at its end as at its beginning", async () => {
    await fillUp();
    const far = { acceptedAt: at(200), id: "e" };
    const [explained] = await list.explain(only({ accountIds: ["acct-1"] }), far, LIMIT);
    expect(explained?.["executionStats"]).toMatchObject({ nReturned: LIMIT });
    expect(explained?.["executionStats"].totalKeysExamined).toBeLessThan(2 * LIMIT);
  });
});

describe("what there are many of is found another way, and as truly", () => {
  const rowsOf = (count: number, changes: (index: number) => Parameters<typeof aLedgerEvent>[0]) =>
    Array.from({ length: count }, (_, index) => {
      const { id, personal: _personal, ...rest } = aLedgerEvent(changes(index));
      return { _id: id, ...rest, retained: true };
    });
  const newest = (rows: readonly { _id: string; acceptedAt: Date }[]) =>
    rows.toSorted((a, b) => b.acceptedAt.getTime() - a.acceptedAt.getTime()).map(({ _id }) => _id);

  test("a backlog too long to be put in order is listed from the newest on, of all and of a quiet account", async () => {
    const waiting = rowsOf(3_100, (index) => ({
      accountId: index % 100 === 0 ? "quiet" : "busy",
      acceptedAt: at((index * 7) % 3_100),
    }));
    const newer = rowsOf(100, (index) => ({ accountId: "quiet", status: "delivered", acceptedAt: at(4_000 + index) }));
    await world.mongo.native.events.insertMany([...waiting, ...newer]);
    const quiet = waiting.filter(({ accountId }) => accountId === "quiet");
    const queued = only({ statuses: ["queued"] });
    expect(idsOf(await list.page(queued, null, 50))).toEqual(newest(waiting).slice(0, 50));
    expect(idsOf(await list.page({ ...queued, accountIds: ["quiet"] }, null, 50))).toEqual(newest(quiet));
    const both = await list.page(only({ statuses: ["queued", "delivered"], accountIds: ["quiet"] }), null, 120);
    expect(idsOf(both)).toEqual([...newest(newer), ...newest(quiet).slice(0, 20)]);
  });

  test("a name that is frequent is found among others by time, with and without an account and a status", async () => {
    const named = rowsOf(1_100, (index) => ({
      accountId: `acct-${index % 3}`,
      eventName: "Purchase",
      status: index % 2 === 0 ? "delivered" : "skipped",
      acceptedAt: at(index),
    }));
    const others = rowsOf(50, (index) => ({
      accountId: "acct-1",
      eventName: "AddToCart",
      acceptedAt: at(2_000 + index),
    }));
    await world.mongo.native.events.insertMany([...named, ...others]);
    const filter = only({ eventName: "Purchase", accountIds: ["acct-1"], statuses: ["delivered"] });
    const fitting = named.filter(({ accountId, status }) => accountId === "acct-1" && status === "delivered");
    expect(idsOf(await list.page(filter, null, 10))).toEqual(newest(fitting).slice(0, 10));
    expect(idsOf(await list.page(only({ eventName: "Purchase" }), null, 10))).toEqual(newest(named).slice(0, 10));
    expect(await list.countUpTo(1_000, filter)).toBe(fitting.length);
    expect(await list.countUpTo(100, filter)).toBe(100);
  });
});

test("a reason narrows by itself: nothing was ever delivered for one", () => {
  const statusesOf = (filter: Partial<EventFilter>) => queriesOf(only(filter)).map(({ query }) => query.status);
  expect(statusesOf({ reason: "worker_interrupted" })).toEqual([
    { $in: expect.arrayContaining(["skipped", "held"]) },
    { $in: ["queued", "sending"] },
  ]);
  expect(statusesOf({ reason: "no_ctwa_clid", statuses: ["delivered"] })).toEqual([]);
  expect(statusesOf({ reason: "no_ctwa_clid" })).toEqual([{ $in: expect.arrayContaining(["skipped", "held"]) }]);
  expect(statusesOf({ reason: "no_ctwa_clid", statuses: ["failed"] })).toEqual([{ $eq: "failed" }]);
});
