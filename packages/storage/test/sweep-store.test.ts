import { randomBytes } from "node:crypto";
import type { Attempt, DeliveryOutcome } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { KeyRing } from "@capi-relay/vault";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type DueCursor,
  EventLedger,
  EventLives,
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

/** Claimed by a worker whose lease runs out at once. */
async function lapsed(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = await stored(changes);
  await ledger.claim([event], "dead-worker", -1, new Date());
  return event;
}

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

  test("happens once, and a passing refusal that the worker brings late changes nothing any more", async () => {
    await lapsed();
    const dueAt = inMinutes(1);
    const [event] = await sweeps.lapsed(1);
    if (event === undefined) throw new Error("nothing lapsed");
    const takes = await Promise.all(
      Array.from({ length: 10 }, () => sweeps.takeOver(event, INTERRUPTED, retryAt(dueAt))),
    );
    expect(takes.filter(Boolean)).toHaveLength(1);
    const refused = {
      outcome: retryAt(inMinutes(5)),
      attempt: null,
      click: null,
    } as const;
    await ledger.record(event.id, "dead-worker", refused);
    expect((await ledger.find(event.id))?.dueAt).toEqual(dueAt);
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
  expect(await new EventLives(mongo, vault).resting({ status: "held", accountId: held.accountId }, 10)).toHaveLength(1);
  expect(await sweeps.lapsed(10)).toHaveLength(1);
});

test("an event that is set aside when it is taken over has ended", async () => {
  const event = await lapsed({ starts: 4 });
  const [found] = await sweeps.lapsed(10);
  expect(found?.starts).toBe(5);
  await sweeps.takeOver(found as LapsedEvent, INTERRUPTED, { status: "failed", reason: "quarantined" });
  expect(await ledger.find(event.id)).toMatchObject({ status: "failed", endedAt: expect.any(Date) });
});
