import { randomBytes } from "node:crypto";
import type { Attempt, DeliveryOutcome } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { KeyRing } from "@capi-relay/vault";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type DueCursor,
  EventLedger,
  type LapsedEvent,
  type LedgerEvent,
  type MongoConnection,
  SweepStore,
} from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const MINUTE_MS = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);
const INTERRUPTED: Attempt = anAttempt({ mayHaveArrived: true, reason: "worker_interrupted" });
const retryAt = (dueAt: Date): DeliveryOutcome => ({ status: "retry_scheduled", reason: "worker_interrupted", dueAt });

let mongo: MongoConnection;
let ledger: EventLedger;
let sweeps: SweepStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
  sweeps = new SweepStore(mongo, vault);
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

/** Claimed by a worker whose lease runs out at once. */
async function lapsed(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = await stored(changes);
  await ledger.claim([event], "dead-worker", -1, new Date());
  return event;
}

describe("a new life", () => {
  test("is one generation on, queued and due at once, and names who began it", async () => {
    const event = await stored({ status: "failed", reason: "retries_exhausted", endedAt: new Date(), generation: 4 });
    const now = new Date();
    expect(await sweeps.requeue(event, ["failed"], now, "manual")).toEqual({
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
    const lives = await Promise.all(Array.from({ length: 20 }, () => sweeps.requeue(event, ["failed"], new Date())));
    expect(lives.filter((life) => life !== null)).toHaveLength(1);
    expect((await ledger.find(event.id))?.generation).toBe(1);
  });

  test.each<[string, Partial<LedgerEvent>]>([
    ["another status", { status: "delivered" }],
    ["another generation", { status: "failed", generation: 1 }],
    ["a deadline that has passed", { status: "failed", expiresAt: new Date(0) }],
  ])("does not begin for an event of %s", async (_what, changes) => {
    const event = await stored(changes);
    expect(await sweeps.requeue({ id: event.id, generation: 0 }, ["failed"], new Date())).toBeNull();
    expect(await ledger.find(event.id)).toEqual(event);
  });

  test("ends the waiting: nobody calls the event a second time", async () => {
    const event = await waiting(["name"]);
    await sweeps.requeue(event, ["waiting_click"], new Date());
    expect(await sweeps.waitingFor(["name"], 10)).toEqual([]);
  });
});

describe("another job for the same life", () => {
  test("keeps status and time, and moves the generation on once", async () => {
    const event = await stored({ status: "retry_scheduled", reason: "meta_unavailable" });
    const renumbered = await Promise.all(Array.from({ length: 10 }, () => sweeps.renumber(event)));
    expect(renumbered.filter((row) => row !== null)).toEqual([
      { id: event.id, generation: 1, accountId: "acct42", eventName: event.eventName, dueAt: event.dueAt, starts: 0 },
    ]);
    expect(await ledger.find(event.id)).toEqual({ ...event, generation: 1 });
  });

  test.each(["sending", "delivered", "waiting_click", "held"] as const)(
    "is not for an event that is %s",
    async (status) => {
      expect(await sweeps.renumber(await stored({ status }))).toBeNull();
    },
  );
});

describe("taking over", () => {
  test("only events whose lease has run out by the database's clock show up", async () => {
    const dead = await lapsed();
    const alive = await stored();
    await ledger.claim([alive], "worker", MINUTE_MS, new Date());
    await stored();
    expect((await sweeps.lapsed(10)).map(({ id }) => id)).toEqual([dead.id]);
  });

  test("notes the interrupted attempt and begins a new life", async () => {
    await lapsed({ generation: 2 });
    const [event] = await sweeps.lapsed(1);
    const dueAt = inMinutes(1);
    expect(event && (await sweeps.takeOver(event, INTERRUPTED, retryAt(dueAt)))).toBe(true);
    expect(event && (await ledger.find(event.id))).toMatchObject({
      status: "retry_scheduled",
      reason: "worker_interrupted",
      generation: 3,
      dueAt,
      nextTrigger: "recovery",
      attempts: [INTERRUPTED],
    });
  });

  test("happens once, and a refusal that the worker brings late changes nothing any more", async () => {
    await lapsed();
    const [event] = await sweeps.lapsed(1);
    if (event === undefined) throw new Error("nothing lapsed");
    const takes = await Promise.all(
      Array.from({ length: 10 }, () => sweeps.takeOver(event, INTERRUPTED, retryAt(inMinutes(1)))),
    );
    expect(takes.filter(Boolean)).toHaveLength(1);
    const refused = {
      outcome: { status: "rejected", reason: "meta_click_unknown" },
      attempt: null,
      click: null,
    } as const;
    await ledger.record(event.id, "dead-worker", refused);
    expect((await ledger.find(event.id))?.status).toBe("retry_scheduled");
  });

  test("leaves an event whose worker recorded in the meantime as it is", async () => {
    await lapsed();
    const [event] = await sweeps.lapsed(1);
    if (event === undefined) throw new Error("nothing lapsed");
    const delivered = { outcome: { status: "delivered", reason: null }, attempt: null, click: null } as const;
    await ledger.record(event.id, "dead-worker", delivered);
    expect(await sweeps.takeOver(event, INTERRUPTED, retryAt(inMinutes(1)))).toBe(false);
    expect((await ledger.find(event.id))?.status).toBe("delivered");
  });

  test("leaves an event whose worker renewed its lease in the meantime with that worker", async () => {
    await lapsed();
    const [event] = await sweeps.lapsed(1);
    if (event === undefined) throw new Error("nothing lapsed");
    await ledger.renew([event.id], "dead-worker", MINUTE_MS);
    expect(await sweeps.takeOver(event, INTERRUPTED, retryAt(inMinutes(1)))).toBe(false);
    expect((await ledger.find(event.id))?.status).toBe("sending");
  });
});

describe("the walk over due events", () => {
  async function walk(before: Date, step: number): Promise<string[]> {
    const seen: string[] = [];
    let cursor: DueCursor | null = null;
    for (;;) {
      const rows = await sweeps.dueSince(before, cursor, step);
      const last = rows.at(-1);
      if (last === undefined) return seen;
      seen.push(...rows.map(({ id }) => id));
      cursor = { dueAt: last.dueAt, id: last.id };
    }
  }

  test("meets every event once, most urgent first, however many share a moment and whatever the step", async () => {
    const moments = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(moments, fc.integer({ min: 1, max: 7 }), async (minutesAgo, step) => {
        await mongo.native.events.deleteMany({});
        const events = await Promise.all(
          minutesAgo.map((minutes) => stored({ dueAt: new Date(-minutes * MINUTE_MS) })),
        );
        const inOrder = events.toSorted(
          (one, other) => one.dueAt.getTime() - other.dueAt.getTime() || (one.id < other.id ? -1 : 1),
        );
        expect(await walk(new Date(), step)).toEqual(inOrder.map(({ id }) => id));
      }),
      { numRuns: 25 },
    );
  });

  test("meets only what is queued or to be retried, and due", async () => {
    const due = await stored({ dueAt: inMinutes(-2) });
    const retry = await stored({ dueAt: inMinutes(-1), status: "retry_scheduled", reason: "meta_unavailable" });
    await stored({ dueAt: inMinutes(1) });
    for (const status of ["waiting_click", "held", "delivered", "failed", "outcome_unknown", "cancelled"] as const)
      await stored({ dueAt: inMinutes(-2), status });
    expect(await walk(new Date(), 10)).toEqual([due.id, retry.id]);
  });
});

describe("whoever rests", () => {
  test("is called by each of its names and by no other", async () => {
    const [one, both] = [await waiting(["a"]), await waiting(["a", "b"])];
    await waiting(["c"]);
    const ids = async (...names: string[]) => (await sweeps.waitingFor(names, 10)).map(({ id }) => id).toSorted();
    expect(await ids("a")).toEqual([one.id, both.id].toSorted());
    expect(await ids("b", "a")).toEqual([one.id, both.id].toSorted());
    expect(await ids("d")).toEqual([]);
    expect(await sweeps.waitingFor(["a"], 1)).toHaveLength(1);
  });

  test("and is held is found by account, or by its deadline", async () => {
    const mine = await stored({ status: "held", accountId: "mine", expiresAt: inMinutes(5) });
    const late = await stored({ status: "held", accountId: "other", expiresAt: inMinutes(-5) });
    await stored({ accountId: "mine" });
    expect((await sweeps.accountsWithHeldEvents()).toSorted()).toEqual(["mine", "other"]);
    expect((await sweeps.resting({ status: "held", accountId: "mine" }, 10)).map(({ id }) => id)).toEqual([mine.id]);
    const overdue = await sweeps.resting({ status: "held", dueBefore: new Date() }, 10);
    expect(overdue.map(({ id }) => id)).toEqual([late.id]);
  });

  test("and waits too long is found by the end of the waiting", async () => {
    const late = await stored({ status: "waiting_click", dueAt: inMinutes(-1) });
    await stored({ status: "waiting_click", dueAt: inMinutes(1) });
    const overdue = await sweeps.resting({ status: "waiting_click", dueBefore: new Date() }, 10);
    expect(overdue.map(({ id }) => id)).toEqual([late.id]);
  });

  test("ends once, and not if its life went on", async () => {
    const event = await waiting(["a"]);
    expect(await sweeps.end({ ...event, generation: 9 }, "waiting_click", "skipped", "no_ctwa_clid", new Date())).toBe(
      false,
    );
    expect(await sweeps.end(event, "held", "expired", "event_time_window_passed", new Date())).toBe(false);
    expect(await sweeps.end(event, "waiting_click", "skipped", "no_ctwa_clid", new Date())).toBe(true);
    expect(await sweeps.end(event, "waiting_click", "skipped", "no_ctwa_clid", new Date())).toBe(false);
    expect(await sweeps.waitingFor(["a"], 10)).toEqual([]);
    expect(await ledger.find(event.id)).toMatchObject({ status: "skipped", reason: "no_ctwa_clid" });
  });
});

test("an event whose personal data no key opens any more does not stop the sweeps of the others", async () => {
  const lost = KeyRing.parse(`lost:${randomBytes(32).toString("base64")}`);
  const sealedElsewhere = new EventLedger(mongo, lost);
  const [held, dead] = [
    aLedgerEvent({ status: "held", personal: { em: "x" } }),
    aLedgerEvent({ personal: { em: "x" } }),
  ];
  await sealedElsewhere.accept(held);
  await sealedElsewhere.accept(dead);
  await sealedElsewhere.claim([dead], "dead-worker", -1, new Date());
  expect(await sweeps.resting({ status: "held", accountId: held.accountId }, 10)).toHaveLength(1);
  expect(await sweeps.lapsed(10)).toHaveLength(1);
});

describe("a correction", () => {
  const failed = { status: "rejected", reason: "meta_value_missing", endedAt: new Date() } as const;
  const details = { value: 5, currency: "BRL", orderId: null, contentIds: null, contents: null, numItems: null };

  test("comes with the new life and is sealed like everything personal", async () => {
    const event = await stored({ ...failed, starts: 3 });
    const correction = { accountId: event.accountId, eventName: "Purchase", details, personal: { em: "e".repeat(64) } };
    expect(await sweeps.requeue(event, ["rejected"], new Date(), "manual", correction)).toMatchObject({ starts: 0 });
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
    expect(
      await sweeps.requeue(event, ["rejected"], new Date(), "manual", { accountId: "acct42", details }),
    ).toBeNull();
    expect(await ledger.find(event.id)).toEqual(event);
  });
});

describe("cancelling", () => {
  test("ends an event that rests, and only in the life it was seen in", async () => {
    const event = await stored();
    const now = new Date();
    expect(await sweeps.cancel({ ...event, generation: 1 }, ["queued"], "cancelled_by_caller", now)).toBe(false);
    expect(await sweeps.cancel(event, ["queued"], "cancelled_by_caller", now)).toBe(true);
    expect(await ledger.find(event.id)).toMatchObject({ status: "cancelled", endedAt: now });
  });

  test("loses against a claim, and a claim against it", async () => {
    for (let round = 0; round < 20; round += 1) {
      const event = await stored();
      const [cancelled, won] = await Promise.all([
        sweeps.cancel(event, ["queued"], "cancelled_by_caller", new Date()),
        ledger.claim([event], "worker", MINUTE_MS, new Date()),
      ]);
      expect([cancelled, won.has(event.id)].filter(Boolean)).toHaveLength(1);
    }
  });

  test("is refused once Meta may hold the event", async () => {
    const event = await stored({ status: "retry_scheduled", attempts: [INTERRUPTED] });
    expect(await sweeps.cancel(event, ["retry_scheduled"], "cancelled_by_caller", new Date())).toBe(false);
  });
});

test("an event that is set aside when it is taken over has ended", async () => {
  const event = await lapsed({ starts: 4 });
  const [found] = await sweeps.lapsed(10);
  expect(found?.starts).toBe(5);
  await sweeps.takeOver(found as LapsedEvent, INTERRUPTED, { status: "failed", reason: "quarantined" });
  expect(await ledger.find(event.id)).toMatchObject({ status: "failed", endedAt: expect.any(Date) });
});

describe("an ending that is left", () => {
  test("is noted in the write that leaves it, and a life that had no ending leaves none", async () => {
    const endedAt = new Date(Date.now() - MINUTE_MS);
    const ended = await stored({ status: "failed", reason: "retries_exhausted", endedAt });
    const held = await stored({ status: "held", reason: "paused_by_operator" });
    await sweeps.requeue(ended, ["failed"], new Date(), "manual");
    await sweeps.requeue(held, ["held"], new Date());
    const rows = await mongo.native.events.find({}).toArray();
    expect(rows.find(({ _id }) => _id === ended.id)?.leftEndings).toEqual([{ at: expect.any(Date), endedAt }]);
    expect(rows.find(({ _id }) => _id === held.id)).not.toHaveProperty("leftEndings");
  });

  test("keeps a corrected text that looks like a field's name as it is", async () => {
    const event = await stored({ status: "rejected", reason: "meta_value_missing", endedAt: new Date() });
    const details = { ...event.details, orderId: "$status", value: 5 };
    await sweeps.requeue(event, ["rejected"], new Date(), "manual", { accountId: event.accountId, details });
    expect((await ledger.find(event.id))?.details).toEqual(details);
  });
});

test("a sample never becomes queued", async () => {
  const event = await stored({ status: "held", reason: "paused_by_operator", sample: true });
  expect(await sweeps.requeue(event, ["held"], new Date())).toBeNull();
  expect((await ledger.find(event.id))?.status).toBe("held");
});
