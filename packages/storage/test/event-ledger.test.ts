import { anAttempt } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventLedger, type LedgerEvent, type MongoConnection } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const MINUTE_MS = 60_000;

let mongo: MongoConnection;
let ledger: EventLedger;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  ledger = new EventLedger(mongo, vault);
});

afterAll(async () => {
  await ledger.drain();
  await drop();
});

async function claimed(event: LedgerEvent, token: string): Promise<boolean> {
  return (await ledger.claim([event], token, MINUTE_MS, new Date())).has(event.id);
}

describe("accepting", () => {
  test("an accepted event is found again as it was", async () => {
    const event = aLedgerEvent({ personal: { em: "a".repeat(64), ph: "b".repeat(64) } });
    expect(await ledger.accept(event)).toEqual({ kind: "stored" });
    expect(await ledger.find(event.id)).toEqual(event);
  });

  test("personal data lies in the database sealed, never in plain", async () => {
    const event = aLedgerEvent({ personal: { em: "c".repeat(64) } });
    await ledger.accept(event);
    const row = await mongo.native.events.findOne({ _id: event.id });
    expect(row?.personal).toBeTypeOf("string");
    expect(JSON.stringify(row)).not.toContain("c".repeat(64));
  });

  test("a repeat is answered with the event that was first", async () => {
    const first = aLedgerEvent();
    await ledger.accept(first);
    const repeat = { ...first, fingerprint: "another", details: { ...first.details, value: 5 } };
    expect(await ledger.accept(repeat)).toEqual({ kind: "existing", event: first });
  });

  test("of many at the same moment exactly one is stored and each hears of the same event", async () => {
    const event = aLedgerEvent();
    const answers = await Promise.all(Array.from({ length: 200 }, () => ledger.accept(event)));
    expect(answers.filter((answer) => answer.kind === "stored")).toHaveLength(1);
    expect(await mongo.native.events.countDocuments({ _id: event.id })).toBe(1);
  });

  test("a repeat among new ones does not keep the new ones out", async () => {
    const known = aLedgerEvent();
    await ledger.accept(known);
    const others = [aLedgerEvent(), aLedgerEvent(), aLedgerEvent()];
    const answers = await Promise.all(
      [others[0], known, others[1], others[2]].map((one) => ledger.accept(one as LedgerEvent)),
    );
    expect(answers.map((answer) => answer.kind)).toEqual(["stored", "existing", "stored", "stored"]);
  });
});

describe("claiming", () => {
  test("of fifty workers that want the same event one gets it", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    const wins = await Promise.all(Array.from({ length: 50 }, (_, n) => claimed(event, `worker-${n}`)));
    expect(wins.filter(Boolean)).toHaveLength(1);
  });

  test.each<[string, Partial<LedgerEvent>]>([
    ["is not due yet", { dueAt: new Date(Date.now() + MINUTE_MS) }],
    ["is past its deadline", { expiresAt: new Date(Date.now() - 1) }],
    ["waits for a click", { status: "waiting_click", reason: "no_click_yet" }],
    ["is held", { status: "held", reason: "paused_by_operator" }],
    ["was delivered", { status: "delivered" }],
    ["was rejected", { status: "rejected", reason: "meta_invalid_event_type" }],
    ["has an unknown outcome", { status: "outcome_unknown", reason: "no_clear_answer" }],
  ])("nobody gets an event that %s", async (_why, changes) => {
    const event = aLedgerEvent(changes);
    await ledger.accept(event);
    expect(await claimed(event, "worker")).toBe(false);
  });

  test("nobody gets an event by a job of an earlier life", async () => {
    const event = aLedgerEvent({ generation: 3 });
    await ledger.accept(event);
    expect(await claimed({ ...event, generation: 2 }, "worker")).toBe(false);
    expect(await claimed(event, "worker")).toBe(true);
  });

  test("a batch of several generations is claimed as one", async () => {
    const events = [aLedgerEvent(), aLedgerEvent({ generation: 2 }), aLedgerEvent({ generation: 7 })];
    await Promise.all(events.map((event) => ledger.accept(event)));
    const won = await ledger.claim(events, "worker", MINUTE_MS, new Date());
    expect([...won].toSorted()).toEqual(events.map((event) => event.id).toSorted());
  });

  test("departures that claim at the same moment each hear what they won, and nobody what another holds", async () => {
    const events = Array.from({ length: 5 }, () => aLedgerEvent());
    const [first, second, third, fourth, unknown] = events as [
      LedgerEvent,
      LedgerEvent,
      LedgerEvent,
      LedgerEvent,
      LedgerEvent,
    ];
    await Promise.all([first, second, third, fourth].map((event) => ledger.accept(event)));
    await claimed(fourth, "another");
    const wishes = [[first, second], [second, third], [fourth, unknown], []];
    const won = await Promise.all(
      wishes.map((wish, at) => ledger.claim(wish, `departure-${at}`, MINUTE_MS, new Date())),
    );
    const holders = await Promise.all(
      [first, second, third].map(async ({ id }) => (await mongo.native.events.findOne({ _id: id }))?.claim?.token),
    );
    expect(holders[0]).toBe("departure-0");
    expect(holders[2]).toBe("departure-1");
    for (const [at, wish] of wishes.entries()) {
      const held = wish.filter((event) => holders[[first, second, third].indexOf(event)] === `departure-${at}`);
      expect([...(won[at] ?? [])].toSorted()).toEqual(held.map(({ id }) => id).toSorted());
    }
  });

  test("a claim that is given back can be made again", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "first");
    await ledger.release([event.id], "first");
    expect(await claimed(event, "second")).toBe(true);
  });

  test("an event that is being sent, or was given back, no longer says why it was put off", async () => {
    const event = aLedgerEvent({ status: "retry_scheduled", reason: "meta_unavailable" });
    await ledger.accept(event);
    await claimed(event, "worker");
    expect(await ledger.find(event.id)).toMatchObject({ status: "sending", reason: null });
    await ledger.release([event.id], "worker");
    expect(await ledger.find(event.id)).toMatchObject({ status: "queued", reason: null });
  });

  test("nobody gives back what another holds", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "first");
    await ledger.release([event.id], "second");
    expect((await ledger.find(event.id))?.status).toBe("sending");
  });

  test("the lease runs by the database's clock, however wrong the worker's is", async () => {
    const event = aLedgerEvent({ expiresAt: new Date(Date.now() + 48 * 60 * MINUTE_MS) });
    await ledger.accept(event);
    const fastClock = new Date(Date.now() + 24 * 60 * MINUTE_MS);
    await ledger.claim([event], "worker", MINUTE_MS, fastClock);
    const claim = (await mongo.native.events.findOne({ _id: event.id }))?.claim;
    expect(claim?.until.getTime()).toBeLessThan(fastClock.getTime());
    expect((claim?.until.getTime() ?? 0) - (claim?.startedAt.getTime() ?? 0)).toBe(MINUTE_MS);
  });
});

describe("unfinished starts", () => {
  const startsOf = async ({ id }: LedgerEvent) => (await ledger.find(id))?.starts;

  test("count claims that nothing came of, not those given back, and begin anew with a recorded attempt", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "first");
    expect(await startsOf(event)).toBe(1);
    await ledger.release([event.id], "first");
    expect(await startsOf(event)).toBe(0);
    await claimed(event, "second");
    const outcome = { status: "retry_scheduled", reason: "meta_unavailable", dueAt: new Date() } as const;
    await ledger.record(event.id, "second", { outcome, attempt: anAttempt(), click: null });
    expect(await startsOf(event)).toBe(0);
  });

  test("outlast a turn that sent nothing: it proves nothing about the event", async () => {
    const event = aLedgerEvent({ starts: 2 });
    await ledger.accept(event);
    const outcome = { status: "retry_scheduled", reason: "destination_probing", dueAt: new Date() } as const;
    await ledger.settle(event, { outcome, attempt: null, click: null });
    expect(await startsOf(event)).toBe(2);
  });
});

describe("noting that a request leaves", () => {
  const departedOf = async ({ id }: LedgerEvent) => (await mongo.native.events.findOne({ _id: id }))?.claim?.departed;

  test("tells whoever finds the claim lapsed; a claim that notes nothing counts as one that left", async () => {
    const [noted, silent] = [aLedgerEvent(), aLedgerEvent()];
    await Promise.all([ledger.accept(noted), ledger.accept(silent)]);
    await ledger.claim([noted], "worker", MINUTE_MS, new Date(), true);
    await claimed(silent, "worker");
    expect([await departedOf(noted), await departedOf(silent)]).toEqual([false, undefined]);
    expect(await ledger.departs([noted.id], "worker")).toBe(true);
    expect(await departedOf(noted)).toBe(true);
  });

  test("fails for a claim that is lost", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    expect(await ledger.departs([event.id], "nobody")).toBe(false);
  });
});
