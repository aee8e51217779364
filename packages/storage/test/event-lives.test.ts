import type { Attempt } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EventLedger, EventLives, type LedgerEvent, type MongoConnection } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const MINUTE_MS = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);
const INTERRUPTED: Attempt = anAttempt({ mayHaveArrived: true, reason: "worker_interrupted" });

let mongo: MongoConnection;
let ledger: EventLedger;
let lives: EventLives;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
  lives = new EventLives(mongo, vault);
});

afterAll(() => drop());

beforeEach(async () => {
  await mongo.native.events.deleteMany({});
});

async function stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = aLedgerEvent(changes);
  await ledger.accept(event);
  return event;
}

async function waiting(names: readonly string[], changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = await stored(changes);
  const outcome = { status: "waiting_click", reason: "no_click_yet", dueAt: inMinutes(5) } as const;
  await ledger.settle(event, { outcome, attempt: null, click: null }, names);
  return event;
}

describe("a new life", () => {
  test("is one generation on, queued and due at once, and names who began it", async () => {
    const event = await stored({ status: "failed", reason: "retries_exhausted", endedAt: new Date(), generation: 4 });
    const now = new Date();
    expect(await lives.requeue(event, ["failed"], now, "manual")).toEqual({
      id: event.id,
      generation: 5,
      accountId: event.accountId,
      eventName: event.eventName,
      dueAt: now,
      starts: 0,
    });
    const found = await ledger.find(event.id);
    expect(found).toMatchObject({
      status: "queued",
      reason: null,
      generation: 5,
      nextTrigger: "manual",
      endedAt: null,
    });
  });

  test("begins once, however many ask", async () => {
    const event = await stored({ status: "failed", reason: "retries_exhausted" });
    const begun = await Promise.all(Array.from({ length: 20 }, () => lives.requeue(event, ["failed"], new Date())));
    expect(begun.filter((life) => life !== null)).toHaveLength(1);
    expect((await ledger.find(event.id))?.generation).toBe(1);
  });

  test.each<[string, Partial<LedgerEvent>]>([
    ["another status", { status: "delivered" }],
    ["another generation", { status: "failed", generation: 1 }],
    ["a deadline that has passed", { status: "failed", expiresAt: new Date(0) }],
  ])("does not begin for an event of %s", async (_what, changes) => {
    const event = await stored(changes);
    expect(await lives.requeue({ id: event.id, generation: 0 }, ["failed"], new Date())).toBeNull();
    expect(await ledger.find(event.id)).toEqual(event);
  });

  test("ends the waiting: nobody calls the event a second time", async () => {
    const event = await waiting(["name"]);
    await lives.requeue(event, ["waiting_click"], new Date());
    expect(await lives.waitingFor(["name"], 10)).toEqual([]);
  });
});

describe("whoever rests", () => {
  test("is called by each of its names and by no other", async () => {
    const [one, both] = [await waiting(["a"]), await waiting(["a", "b"])];
    await waiting(["c"]);
    const ids = async (...names: string[]) => (await lives.waitingFor(names, 10)).map(({ id }) => id).toSorted();
    expect(await ids("a")).toEqual([one.id, both.id].toSorted());
    expect(await ids("b", "a")).toEqual([one.id, both.id].toSorted());
    expect(await ids("d")).toEqual([]);
    expect(await lives.waitingFor(["a"], 1)).toHaveLength(1);
  });

  test("and is held is found by account, or by its deadline", async () => {
    const mine = await stored({ status: "held", accountId: "mine", expiresAt: inMinutes(5) });
    const late = await stored({ status: "held", accountId: "other", expiresAt: inMinutes(-5) });
    await stored({ accountId: "mine" });
    expect((await lives.accountsWithHeldEvents()).toSorted()).toEqual(["mine", "other"]);
    expect((await lives.resting({ status: "held", accountId: "mine" }, 10)).map(({ id }) => id)).toEqual([mine.id]);
    const overdue = await lives.resting({ status: "held", dueBefore: new Date() }, 10);
    expect(overdue.map(({ id }) => id)).toEqual([late.id]);
  });

  test("and is held is let go by its deadline, whenever it came", async () => {
    const urgent: string[] = [];
    for (const minutes of [300, 5, 100]) {
      const event = await stored({ accountId: "mine", dueAt: inMinutes(-minutes), expiresAt: inMinutes(minutes) });
      await ledger.settle(event, {
        outcome: { status: "held", reason: "meta_token_invalid" },
        attempt: null,
        click: null,
      });
      urgent.push(event.id);
    }
    const [sixHours, fiveMinutes, twoHours] = urgent;
    const held = await lives.resting({ status: "held", accountId: "mine" }, 10);
    expect(held.map(({ id }) => id)).toEqual([fiveMinutes, twoHours, sixHours]);
  });

  test("and waits too long is found by the end of the waiting", async () => {
    const late = await stored({ status: "waiting_click", dueAt: inMinutes(-1) });
    await stored({ status: "waiting_click", dueAt: inMinutes(1) });
    const overdue = await lives.resting({ status: "waiting_click", dueBefore: new Date() }, 10);
    expect(overdue.map(({ id }) => id)).toEqual([late.id]);
  });

  test("ends once, and not if its life went on", async () => {
    const event = await waiting(["a"]);
    expect(await lives.end({ ...event, generation: 9 }, "waiting_click", "skipped", "no_ctwa_clid", new Date())).toBe(
      false,
    );
    expect(await lives.end(event, "held", "expired", "event_time_window_passed", new Date())).toBe(false);
    expect(await lives.end(event, "waiting_click", "skipped", "no_ctwa_clid", new Date())).toBe(true);
    expect(await lives.end(event, "waiting_click", "skipped", "no_ctwa_clid", new Date())).toBe(false);
    expect(await lives.waitingFor(["a"], 10)).toEqual([]);
    expect(await ledger.find(event.id)).toMatchObject({ status: "skipped", reason: "no_ctwa_clid" });
  });
});

describe("a correction", () => {
  const failed = { status: "rejected", reason: "meta_value_missing", endedAt: new Date() } as const;
  const details = { value: 5, currency: "BRL", orderId: null, contentIds: null, contents: null, numItems: null };

  test("comes with the new life and is sealed like everything personal", async () => {
    const event = await stored({ ...failed, starts: 3 });
    // As after its retention: what the correction brings has to be erased again one day.
    await mongo.native.events.updateOne({ _id: event.id }, { $set: { retained: false } });
    const correction = { accountId: event.accountId, eventName: "Purchase", details, personal: { em: "e".repeat(64) } };
    expect(await lives.requeue(event, ["rejected"], new Date(), "manual", correction)).toMatchObject({ starts: 0 });
    expect(await ledger.find(event.id)).toMatchObject({
      eventName: "Purchase",
      details,
      personal: { em: "e".repeat(64) },
      generation: 1,
      fingerprint: event.fingerprint,
    });
    const row = await mongo.native.events.findOne({ _id: event.id });
    expect(row?.retained).toBe(true);
    expect(JSON.stringify(row)).not.toContain("e".repeat(64));
  });

  test("is refused to an event that Meta may hold", async () => {
    const event = await stored({ ...failed, attempts: [INTERRUPTED] });
    expect(await lives.requeue(event, ["rejected"], new Date(), "manual", { accountId: "acct42", details })).toBeNull();
    expect(await ledger.find(event.id)).toEqual(event);
  });
});

describe("cancelling", () => {
  test("ends an event that rests, and only in the life it was seen in", async () => {
    const event = await stored();
    const now = new Date();
    expect(await lives.cancel({ ...event, generation: 1 }, ["queued"], "cancelled_by_caller", now)).toBe(false);
    expect(await lives.cancel(event, ["queued"], "cancelled_by_caller", now)).toBe(true);
    expect(await ledger.find(event.id)).toMatchObject({ status: "cancelled", endedAt: now });
  });

  test("loses against a claim, and a claim against it", async () => {
    for (let round = 0; round < 20; round += 1) {
      const event = await stored();
      const [cancelled, won] = await Promise.all([
        lives.cancel(event, ["queued"], "cancelled_by_caller", new Date()),
        ledger.claim([event], "worker", MINUTE_MS, new Date()),
      ]);
      expect([cancelled, won.has(event.id)].filter(Boolean)).toHaveLength(1);
    }
  });

  test("is refused once Meta may hold the event", async () => {
    const event = await stored({ status: "retry_scheduled", attempts: [INTERRUPTED] });
    expect(await lives.cancel(event, ["retry_scheduled"], "cancelled_by_caller", new Date())).toBe(false);
  });
});

describe("an ending that is left", () => {
  test("is noted in the write that leaves it, and a life that had no ending leaves none", async () => {
    const endedAt = new Date(Date.now() - MINUTE_MS);
    const ended = await stored({ status: "failed", reason: "retries_exhausted", endedAt });
    const held = await stored({ status: "held", reason: "paused_by_operator" });
    await lives.requeue(ended, ["failed"], new Date(), "manual");
    await lives.requeue(held, ["held"], new Date());
    const rows = await mongo.native.events.find({}).toArray();
    expect(rows.find(({ _id }) => _id === ended.id)?.leftEndings).toEqual([{ at: expect.any(Date), endedAt }]);
    expect(rows.find(({ _id }) => _id === held.id)).not.toHaveProperty("leftEndings");
  });

  test("keeps a corrected text that looks like a field's name as it is", async () => {
    const event = await stored({ status: "rejected", reason: "meta_value_missing", endedAt: new Date() });
    const details = { ...event.details, orderId: "$status", value: 5 };
    await lives.requeue(event, ["rejected"], new Date(), "manual", { accountId: event.accountId, details });
    expect((await ledger.find(event.id))?.details).toEqual(details);
  });
});

test("a sample never becomes queued", async () => {
  const event = await stored({ status: "held", reason: "paused_by_operator", sample: true });
  expect(await lives.requeue(event, ["held"], new Date())).toBeNull();
  expect((await ledger.find(event.id))?.status).toBe("held");
});
