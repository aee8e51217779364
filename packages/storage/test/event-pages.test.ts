import { type EventReason, type EventStatus, isTerminal } from "@capi-relay/contract";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ALL_EVENTS, type EventFilter, EventLedger, EventList, type ListedEvent } from "../src/index.ts";
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
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

async function readAll(filter: EventFilter, limit: number, between: () => Promise<unknown> = async () => {}) {
  const seen: ListedEvent[] = [];
  for (let page = await list.page(filter, null, limit); page.length > 0; ) {
    seen.push(...page);
    await between();
    page = await list.page(filter, page.at(-1) ?? null, limit);
  }
  return seen;
}

const ACCOUNTS = ["a", "b", "c"];
const STATUSES: readonly (readonly [EventStatus, EventReason | null])[] = [
  ["queued", null],
  ["queued", "worker_interrupted"],
  ["sending", null],
  ["delivered", null],
  ["retry_scheduled", "worker_interrupted"],
  ["retry_scheduled", "meta_unknown_error"],
  ["failed", "meta_unknown_error"],
  ["skipped", "no_ctwa_clid"],
  ["held", "meta_token_invalid"],
];

const someEvent = fc.record({
  accountId: fc.constantFrom(...ACCOUNTS),
  standing: fc.constantFrom(...STATUSES),
  eventName: fc.constantFrom("Purchase", "LeadSubmitted"),
  // Few moments, so that several events share one.
  minute: fc.nat(6),
  tookMinutes: fc.nat(4),
  isTest: fc.boolean(),
});

type SomeEvent = typeof someEvent extends fc.Arbitrary<infer Value> ? Value : never;

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });
const someFilter: fc.Arbitrary<EventFilter> = fc.record({
  ids: fc.constant(null),
  accountIds: orNull(fc.subarray(ACCOUNTS)),
  statuses: fc.subarray([...new Set(STATUSES.map(([status]) => status))], { maxLength: 3 }),
  reason: orNull(
    fc.constantFrom<EventReason>("worker_interrupted", "meta_unknown_error", "no_ctwa_clid", "connection_failed"),
  ),
  eventName: orNull(fc.constantFrom("Purchase", "ViewContent")),
  acceptedFrom: orNull(fc.nat(6).map(at)),
  acceptedTo: orNull(fc.nat(7).map(at)),
  endedFrom: orNull(fc.nat(9).map(at)),
  endedTo: orNull(fc.nat(10).map(at)),
  withoutTests: fc.boolean(),
});

function fits(event: ReturnType<typeof aLedgerEvent>, filter: EventFilter): boolean {
  const { accountIds, statuses, reason, eventName, acceptedFrom, acceptedTo, endedFrom, endedTo } = filter;
  return (
    (endedFrom === null || (event.endedAt !== null && event.endedAt >= endedFrom)) &&
    (endedTo === null || (event.endedAt !== null && event.endedAt < endedTo)) &&
    (!filter.withoutTests || event.testCode === null) &&
    (accountIds === null || accountIds.includes(event.accountId)) &&
    (statuses.length === 0 || statuses.includes(event.status)) &&
    (reason === null || event.reason === reason) &&
    (eventName === null || event.eventName === eventName) &&
    (acceptedFrom === null || event.acceptedAt >= acceptedFrom) &&
    (acceptedTo === null || event.acceptedAt < acceptedTo)
  );
}

const made = ({ accountId, standing: [status, reason], eventName, minute, tookMinutes, isTest }: SomeEvent) =>
  aLedgerEvent({
    accountId,
    status,
    reason,
    eventName,
    testCode: isTest ? "TEST1" : null,
    acceptedAt: at(minute),
    endedAt: isTerminal(status) ? at(minute + tookMinutes) : null,
  });

/** By acceptance, or by ending where the filter asks for that. */
function inOrderOf({ endedFrom, endedTo }: EventFilter, events: readonly ReturnType<typeof made>[]) {
  const time = ({ acceptedAt, endedAt }: ReturnType<typeof made>) =>
    (endedFrom === null && endedTo === null ? acceptedAt : (endedAt ?? acceptedAt)).getTime();
  return events.toSorted((a, b) => time(b) - time(a) || (a.id < b.id ? 1 : -1));
}

describe("whatever the filter and the size of a page", () => {
  test("every event that fits comes exactly once and in order, and no other", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someEvent, { maxLength: 30 }),
        fc.array(someFilter, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 12 }),
        async (descriptions, filters, limit) => {
          await world.mongo.native.events.deleteMany({});
          const events = descriptions.map(made);
          await Promise.all(events.map((event) => ledger.accept(event)));
          for (const filter of filters) {
            const expected = inOrderOf(filter, events).filter((event) => fits(event, filter));
            expect(idsOf(await readAll(filter, limit))).toEqual(idsOf(expected));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("events that come in between two pages, also with an earlier time, lose or repeat none of those before", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someEvent, { minLength: 1, maxLength: 20 }),
        fc.array(someEvent, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 1, max: 5 }),
        async (before, later, limit) => {
          await world.mongo.native.events.deleteMany({});
          const old = before.map(made);
          await Promise.all(old.map((event) => ledger.accept(event)));
          const coming = later.map(made);
          const seen = await readAll(ALL_EVENTS, limit, async () => {
            const next = coming.pop();
            if (next !== undefined) await ledger.accept(next);
          });
          const oldIds = new Set(idsOf(old));
          expect(
            idsOf(seen)
              .filter((id) => oldIds.has(id))
              .toSorted(),
          ).toEqual([...oldIds].toSorted());
          expect(new Set(idsOf(seen)).size).toBe(seen.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
