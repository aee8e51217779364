import { EVENT_STATUSES, type EventStatus, isTerminal } from "@capi-relay/contract";
import { EventLedger, EventLives, type LedgerEvent, type MongoConnection } from "@capi-relay/storage";
import { aLedgerEvent, openDatabase, vault } from "@capi-relay/storage/builders";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RollupBuilder } from "../src/index.ts";
import { fullRecount, storedTallies } from "./full-recount.ts";

const HOUR_MS = 3_600_000;

let mongo: MongoConnection;
let ledger: EventLedger;
let lives: EventLives;
let rollups: RollupBuilder;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
  lives = new EventLives(mongo, vault);
  rollups = new RollupBuilder(mongo, () => new Date());
});

afterAll(() => drop());

beforeEach(async () => {
  await mongo.native.events.deleteMany({});
  await mongo.native.rollups.deleteMany({});
  await mongo.native.rollupProgress.deleteMany({});
});

/** One that was accepted hours ago, and has ended since if its status is an ending. */
async function stored(changes: Partial<LedgerEvent> = {}, endedHoursAgo: number | null = null): Promise<LedgerEvent> {
  const endedAt = endedHoursAgo === null ? null : hoursAgo(endedHoursAgo);
  const event = aLedgerEvent({ endedAt, expiresAt: new Date(Date.now() + 24 * HOUR_MS), ...changes });
  await ledger.accept(event);
  return event;
}

const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
const expectTrue = async () => expect(await storedTallies(mongo)).toEqual(await fullRecount(mongo));

test("the first fold counts the whole ledger, hour by hour and day by day", async () => {
  await stored({ status: "delivered", acceptedAt: hoursAgo(60) }, 59);
  await stored({ status: "rejected", reason: "meta_click_unknown", acceptedAt: hoursAgo(30) }, 2);
  await stored({ accountId: "other", details: { ...aLedgerEvent().details, value: 12.5, currency: "BRL" } });
  await rollups.fold();
  const tallies = await fullRecount(mongo);
  expect(tallies.size).toBeGreaterThan(8);
  await expectTrue();
});

test("an event that is redriven leaves its old ending, however long ago that was", async () => {
  const event = await stored({ status: "failed", reason: "retries_exhausted", acceptedAt: hoursAgo(50) }, 40);
  await rollups.fold();
  await lives.requeue(event, ["failed"], new Date(), "manual");
  await rollups.fold();
  await expectTrue();
});

test("a late delivery moves an event from the hour in which it failed to the hour in which it was heard of", async () => {
  const event = await stored({ status: "failed", reason: "quarantined", acceptedAt: hoursAgo(50) }, 40);
  await mongo.native.events.updateOne({ _id: event.id }, { $set: { takenFrom: "late-worker" } });
  await rollups.fold();
  const outcome = { status: "delivered", reason: null } as const;
  await ledger.record(event.id, "late-worker", { outcome, attempt: null, click: null });
  await rollups.fold();
  expect((await ledger.find(event.id))?.status).toBe("delivered");
  await expectTrue();
});

test("a correction that changes the value changes the hour in which the event was accepted", async () => {
  const details = { ...aLedgerEvent().details, value: 10, currency: "BRL" };
  const event = await stored(
    { status: "rejected", reason: "meta_value_missing", acceptedAt: hoursAgo(50), details },
    40,
  );
  await rollups.fold();
  const correction = { accountId: event.accountId, details: { ...details, value: 99, currency: "$eur" } };
  await lives.requeue(event, ["rejected"], new Date(), "manual", correction);
  await rollups.fold();
  await expectTrue();
});

test("test events are nobody's figures", async () => {
  await stored({ status: "delivered", testCode: "TEST123" }, 1);
  await rollups.fold();
  expect((await storedTallies(mongo)).size).toBe(0);
});

describe("a fold that dies or is held up", () => {
  test("in the middle of a long history is finished by the next one", async () => {
    for (const hours of [200, 150, 100, 50, 1])
      await stored({ acceptedAt: hoursAgo(hours), eventTime: hoursAgo(hours) });
    let looks = 0;
    await rollups.fold(async () => ++looks <= 2);
    expect((await storedTallies(mongo)).size).toBeLessThan((await fullRecount(mongo)).size);
    await rollups.fold();
    await expectTrue();
  });

  test("overwrites nothing that a later one has counted", async () => {
    await stored({}, null);
    await rollups.fold();
    // A later fold has been here: its number stands on every row.
    await mongo.native.rollups.updateMany({}, { $inc: { fold: 100 } });
    await stored({}, null);
    const before = await storedTallies(mongo);
    await rollups.fold();
    expect(await storedTallies(mongo)).toEqual(before);
  });
});

test("starting over counts again what nobody said had changed", async () => {
  const event = await stored({ status: "delivered", acceptedAt: hoursAgo(50) }, 40);
  await rollups.fold();
  await mongo.native.events.deleteOne({ _id: event.id });
  await stored({ acceptedAt: hoursAgo(60) });
  await rollups.fold();
  await rollups.startOver();
  await rollups.fold();
  await expectTrue();
});

const ENDINGS = EVENT_STATUSES.filter(isTerminal);
const aStatus: fc.Arbitrary<EventStatus> = fc.constantFrom(
  "queued",
  "held",
  "waiting_click",
  "outcome_unknown",
  ...ENDINGS,
);
const anInsert = fc.record({
  what: fc.constant("insert" as const),
  status: aStatus,
  accountId: fc.constantFrom("acct42", "shop-2", "shop-3"),
  eventName: fc.constantFrom("Purchase", "LeadSubmitted"),
  value: fc.constantFrom(null, 0.1, 0.2, 19.99, 1_000_000.25),
  currency: fc.constantFrom("BRL", "EUR", null),
  isTest: fc.boolean(),
  hoursAgo: fc.integer({ min: 0, max: 80 }),
  tookMinutes: fc.integer({ min: 0, max: 300 }),
});
const aStep = fc.oneof(
  { arbitrary: anInsert, weight: 4 },
  { arbitrary: fc.record({ what: fc.constant("redrive" as const), which: fc.nat() }), weight: 2 },
  fc.record({ what: fc.constant("end" as const), which: fc.nat(), status: fc.constantFrom(...ENDINGS) }),
  fc.record({ what: fc.constant("fold" as const) }),
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

test("after any history of insertions, endings and redrives the roll-ups equal a full recount", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 1, maxLength: 25 }), async (steps) => {
      await mongo.native.events.deleteMany({});
      await mongo.native.rollups.deleteMany({});
      await mongo.native.rollupProgress.deleteMany({});
      const history = { ids: [] as string[], hasFolded: false };
      for (const step of steps) await play(step, history);
      await rollups.fold();
      await expectTrue();
    }),
    { numRuns: 60 },
  );
}, 120_000);

async function play(step: Step, history: { ids: string[]; hasFolded: boolean }): Promise<void> {
  if (step.what === "fold") {
    await rollups.fold();
    history.hasFolded = true;
    return;
  }
  if (step.what === "insert") {
    const event = inserted(step, history.hasFolded);
    await ledger.accept(event);
    history.ids.push(event.id);
    return;
  }
  const event = await ledger.find(history.ids[step.which % Math.max(1, history.ids.length)] ?? "");
  if (event === null) return;
  if (step.what === "redrive") await lives.requeue(event, ENDINGS, new Date(), "manual");
  else if (!isTerminal(event.status))
    await lives.end(event, event.status, step.status, "cancelled_by_caller", new Date());
}

/** The ledger that the first fold finds lies as far back as it likes; afterwards what is accepted is accepted now. */
function inserted(step: Extract<Step, { what: "insert" }>, hasFolded: boolean): LedgerEvent {
  const acceptedAt = hasFolded ? new Date() : hoursAgo(step.hoursAgo);
  const endedAt = new Date(Math.min(Date.now(), acceptedAt.getTime() + step.tookMinutes * 60_000));
  return aLedgerEvent({
    accountId: step.accountId,
    eventName: step.eventName,
    status: step.status,
    testCode: step.isTest ? "TEST1" : null,
    details: { ...aLedgerEvent().details, value: step.value, currency: step.currency },
    acceptedAt,
    endedAt: isTerminal(step.status) ? endedAt : null,
    expiresAt: new Date(Date.now() + 24 * HOUR_MS),
  });
}
