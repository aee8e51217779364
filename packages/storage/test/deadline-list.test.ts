import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type DeadlineFilter, DeadlineList, EventLedger, type ListedEvent } from "../src/index.ts";
import { aLedgerEvent, openDatabase, vault } from "./builders.ts";

const START = Date.UTC(2026, 10, 1);
const at = (minute: number) => new Date(START + minute * 60_000);
const EVERYTHING: DeadlineFilter = { accountId: null, expiresFrom: null, expiresBefore: null };

let world: Awaited<ReturnType<typeof openDatabase>>;
let ledger: EventLedger;
let list: DeadlineList;

beforeAll(async () => {
  world = await openDatabase();
  ledger = new EventLedger(world.mongo, vault);
  list = new DeadlineList(world.mongo);
});

afterAll(() => world.drop());

beforeEach(async () => {
  await world.mongo.native.events.deleteMany({});
});

const someEvent = fc.record({
  accountId: fc.constantFrom("a", "b"),
  status: fc.constantFrom(
    "queued",
    "sending",
    "held",
    "retry_scheduled",
    "outcome_unknown",
    "waiting_click",
    "delivered",
  ),
  testCode: fc.constantFrom(null, null, "TEST1"),
  // Few moments, so that several events share one.
  minute: fc.nat(6),
} as const);
const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
const someFilter = fc.record({
  accountId: orNull(fc.constantFrom("a", "b")),
  expiresFrom: orNull(fc.nat(6).map(at)),
  expiresBefore: orNull(fc.nat(7).map(at)),
});

async function readAll(filter: DeadlineFilter, limit: number): Promise<ListedEvent[]> {
  const seen: ListedEvent[] = [];
  for (let page = await list.page(filter, null, limit); page.length > 0; ) {
    seen.push(...page);
    page = await list.page(filter, page.at(-1) ?? null, limit);
  }
  return seen;
}

test("every event at risk comes exactly once, the first deadline first, and nothing that waits for a click or is a test", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someEvent, { maxLength: 25 }),
      someFilter,
      fc.integer({ min: 1, max: 9 }),
      async (descriptions, filter, limit) => {
        await world.mongo.native.events.deleteMany({});
        const events = descriptions.map(({ minute, ...event }) => aLedgerEvent({ ...event, expiresAt: at(minute) }));
        await Promise.all(events.map((event) => ledger.accept(event)));
        const { accountId, expiresFrom, expiresBefore } = filter;
        const expected = events
          .filter(({ status, testCode }) => !["waiting_click", "delivered"].includes(status) && testCode === null)
          .filter((event) => accountId === null || event.accountId === accountId)
          .filter(({ expiresAt }) => expiresFrom === null || expiresAt >= expiresFrom)
          .filter(({ expiresAt }) => expiresBefore === null || expiresAt < expiresBefore)
          .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime() || (a.id < b.id ? -1 : 1));
        expect((await readAll(filter, limit)).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      },
    ),
    { numRuns: 40 },
  );
});

test("a page reads the backlog by its index and nothing of what has ended", async () => {
  const rows = Array.from({ length: 3_000 }, (_, minute) => {
    const status = minute % 30 === 0 ? "held" : "delivered";
    const { id, personal: _personal, ...rest } = aLedgerEvent({ status, expiresAt: at(minute), accountId: "a" });
    return { _id: id, ...rest, retained: true };
  });
  await world.mongo.native.events.insertMany(rows);
  for (const filter of [EVERYTHING, { accountId: "a", expiresFrom: at(10), expiresBefore: at(2_000) }]) {
    for (const after of [null, { expiresAt: at(100), id: "e" }]) {
      const { queryPlanner, executionStats } = await list.explain(filter, after, 50);
      expect(JSON.stringify(queryPlanner.winningPlan)).toContain('"indexName":"unfinished_by_due"');
      expect(JSON.stringify(queryPlanner.winningPlan)).not.toContain("COLLSCAN");
      expect(executionStats.totalDocsExamined).toBeLessThanOrEqual(100);
    }
  }
});
