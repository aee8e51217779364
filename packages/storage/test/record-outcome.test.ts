import type { ChosenClick, DeliveryOutcome } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventLedger, EventLives, type LedgerEvent, type MongoConnection, SweepStore } from "../src/index.ts";
import { openDatabase, vault } from "./a-database.ts";
import { aLedgerEvent } from "./a-ledger-event.ts";

const MINUTE_MS = 60_000;
const CLICK: ChosenClick = {
  ctwaClid: "ARA-click",
  conversationId: "0123456789abcdef01234567",
  adId: "1202",
  clickedAt: new Date("2026-11-20T10:00:00Z"),
  matchedBy: "phone",
};

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

describe("recording", () => {
  test("the outcome, the attempt and the click stay with the event, and the claim goes", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "worker");
    const attempt = anAttempt({ outcome: "delivered", traceId: "A1" });
    await ledger.record(event.id, "worker", { outcome: { status: "delivered", reason: null }, attempt, click: CLICK });
    const found = await ledger.find(event.id);
    expect(found).toMatchObject({ status: "delivered", reason: null, attempts: [attempt], click: CLICK });
    expect(found?.endedAt).toBeInstanceOf(Date);
    expect(await mongo.native.events.findOne({ _id: event.id, claim: { $exists: true } })).toBeNull();
  });

  test("events that end alike at the same moment each keep their own click, whatever characters it is made of", async () => {
    const events = [aLedgerEvent(), aLedgerEvent(), aLedgerEvent()];
    const clickIds = ["$eventId", "plain", "$$NOW"];
    await Promise.all(events.map((event) => ledger.accept(event)));
    await ledger.claim(events, "worker", MINUTE_MS, new Date());
    const attempt = anAttempt({ outcome: "delivered", metaTitle: "$status" });
    await Promise.all(
      events.map(({ id }, at) =>
        ledger.record(id, "worker", {
          outcome: { status: "delivered", reason: null },
          attempt,
          click: { ...CLICK, ctwaClid: clickIds[at] ?? "" },
        }),
      ),
    );
    const found = await Promise.all(events.map(({ id }) => ledger.find(id)));
    expect(found.map((event) => event?.click?.ctwaClid)).toEqual(clickIds);
    expect(found.map((event) => event?.attempts)).toEqual([[attempt], [attempt], [attempt]]);
  });

  test("of events recorded at the same moment, those whose claim is lost stay as they are", async () => {
    const [ours, lost, taken] = [aLedgerEvent(), aLedgerEvent(), aLedgerEvent()];
    await Promise.all([ours, lost, taken].map((event) => ledger.accept(event)));
    await ledger.claim([ours, lost], "worker", MINUTE_MS, new Date());
    await ledger.release([lost.id], "worker");
    await ledger.claim([taken], "another", MINUTE_MS, new Date());
    const result = {
      outcome: { status: "rejected", reason: "meta_click_unknown" },
      attempt: null,
      click: CLICK,
    } as const;
    await Promise.all([ours, lost, taken].map(({ id }) => ledger.record(id, "worker", result)));
    const found = await Promise.all([ours, lost, taken].map(({ id }) => ledger.find(id)));
    expect(found.map((event) => event?.status)).toEqual(["rejected", "queued", "sending"]);
  });

  test("events that go to wait at the same moment each wait for their own click", async () => {
    const events = [aLedgerEvent(), aLedgerEvent()];
    await Promise.all(events.map((event) => ledger.accept(event)));
    const outcome = { status: "waiting_click", reason: "no_click_yet", dueAt: new Date(9_000_000_000_000) } as const;
    await Promise.all(
      events.map((event, at) => ledger.settle(event, { outcome, attempt: null, click: null }, [`77:phone:$${at}`])),
    );
    const rows = await Promise.all(events.map(({ id }) => mongo.native.events.findOne({ _id: id })));
    expect(rows.map((row) => row?.waitsFor)).toEqual([["77:phone:$0"], ["77:phone:$1"]]);
  });

  test("whoever shows another token changes nothing", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "worker");
    await ledger.record(event.id, "thief", {
      outcome: { status: "delivered", reason: null },
      attempt: null,
      click: null,
    });
    expect((await ledger.find(event.id))?.status).toBe("sending");
  });

  test("an outcome is recorded even after the lease has run out", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await ledger.claim([event], "slow", 0, new Date());
    await ledger.record(event.id, "slow", {
      outcome: { status: "delivered", reason: null },
      attempt: null,
      click: null,
    });
    expect((await ledger.find(event.id))?.status).toBe("delivered");
  });

  test("a turn that sends nothing does not touch an event that another worker holds", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "worker");
    const outcome = { status: "skipped", reason: "no_ctwa_clid" } as const;
    await ledger.settle(event, { outcome, attempt: null, click: null });
    expect((await ledger.find(event.id))?.status).toBe("sending");
  });
});

describe("an answer that comes after the sweeper took the event away", () => {
  const NONE = { attempt: null, click: null };
  const delivery = (traceId = "late") => ({
    outcome: { status: "delivered", reason: null } as const,
    attempt: anAttempt({ outcome: "delivered", traceId }),
    click: CLICK,
  });

  const AGAIN: DeliveryOutcome = { status: "retry_scheduled", reason: "worker_interrupted", dueAt: new Date() };

  async function takenAway(changes: Partial<LedgerEvent> = {}, outcome = AGAIN): Promise<LedgerEvent> {
    const event = aLedgerEvent(changes);
    await ledger.accept(event);
    await ledger.claim([event], "silent", -1, new Date());
    const sweeps = new SweepStore(mongo, vault);
    const lapsed = (await sweeps.lapsed(1_000)).find(({ id }) => id === event.id);
    if (lapsed === undefined) throw new Error("not lapsed");
    await sweeps.takeOver(lapsed, anAttempt({ reason: outcome.reason, mayHaveArrived: true }), outcome);
    return { ...event, generation: event.generation + 1, status: outcome.status };
  }

  test("ends the event if it says delivered, so that nobody sends it again", async () => {
    const event = await takenAway();
    await ledger.record(event.id, "silent", delivery());
    const found = await ledger.find(event.id);
    expect(found).toMatchObject({ status: "delivered", click: CLICK, attempts: [{}, { traceId: "late" }], starts: 0 });
    expect(await claimed(event, "next")).toBe(false);
  });

  test.each([
    ["held", { status: "held", reason: "meta_token_invalid" }],
    ["waiting_click", { status: "waiting_click", reason: "no_click_yet", dueAt: new Date() }],
  ] as const)("ends it also where it is %s by now", async (_status, outcome) => {
    const event = await takenAway();
    await ledger.settle(event, { ...NONE, outcome });
    await ledger.record(event.id, "silent", delivery());
    expect((await ledger.find(event.id))?.status).toBe("delivered");
  });

  test("is kept as an attempt if another worker is sending it already", async () => {
    const event = await takenAway();
    await claimed(event, "next");
    await ledger.record(event.id, "silent", delivery());
    expect(await ledger.find(event.id)).toMatchObject({ status: "sending", attempts: [{}, { traceId: "late" }] });
    await ledger.record(event.id, "next", delivery("again"));
    expect(await ledger.find(event.id)).toMatchObject({
      status: "delivered",
      attempts: [{}, {}, { traceId: "again" }],
    });
  });

  const refusal = (outcome: DeliveryOutcome) => ({
    outcome,
    attempt: anAttempt({ outcome: outcome.status, reason: outcome.reason, traceId: "late" }),
    click: CLICK,
  });
  const UNKNOWN_CLICK = refusal({ status: "rejected", reason: "meta_click_unknown" });

  test.each<DeliveryOutcome>([
    { status: "rejected", reason: "meta_click_unknown" },
    { status: "expired", reason: "event_time_window_passed" },
    { status: "skipped", reason: "no_ctwa_clid" },
  ])("ends the event if it says $status for good, and ends the doubt about it", async (outcome) => {
    const event = await takenAway();
    const late = refusal(outcome);
    await ledger.record(event.id, "silent", late);
    expect(await ledger.find(event.id)).toMatchObject({
      ...{ ...outcome, click: CLICK, starts: 0, generation: event.generation + 1, endedAt: expect.any(Date) },
      attempts: [{ reason: "worker_interrupted", mayHaveArrived: false }, late.attempt],
    });
    expect(await claimed(event, "next")).toBe(false);
  });

  test.each<DeliveryOutcome>([
    { status: "outcome_unknown", reason: "worker_interrupted" },
    { status: "failed", reason: "quarantined" },
  ])("says better how the event ended where it is $status by now", async (outcome) => {
    const earlier = anAttempt({ reason: "no_clear_answer", mayHaveArrived: true });
    const event = await takenAway({ attempts: [earlier] }, outcome);
    await ledger.record(event.id, "silent", UNKNOWN_CLICK);
    const found = await ledger.find(event.id);
    expect(found).toMatchObject({ status: "rejected", reason: "meta_click_unknown" });
    // Of the request before nobody has learnt anything.
    expect(found?.attempts.map(({ mayHaveArrived }) => mayHaveArrived)).toEqual([true, false, false]);
    const row = await mongo.native.events.findOne({ _id: event.id });
    expect(row?.leftEndings?.length ?? 0).toBe(outcome.status === "failed" ? 1 : 0);
  });

  test("does not end it as refused if it was sent again since", async () => {
    const event = await takenAway();
    await claimed(event, "next");
    const unclear = { status: "outcome_unknown", reason: "no_clear_answer" } as const;
    await ledger.record(event.id, "next", { ...NONE, outcome: unclear, attempt: anAttempt({ mayHaveArrived: true }) });
    await ledger.record(event.id, "silent", UNKNOWN_CLICK);
    expect(await ledger.find(event.id)).toMatchObject({
      status: "outcome_unknown",
      attempts: [{ mayHaveArrived: true }, { mayHaveArrived: true }, { traceId: "late" }],
    });
  });

  test("does not end it as refused if a person wants it sent again", async () => {
    const event = await takenAway();
    await new EventLives(mongo, vault).requeue(event, ["retry_scheduled"], new Date(), "manual");
    await ledger.record(event.id, "silent", UNKNOWN_CLICK);
    expect(await ledger.find(event.id)).toMatchObject({ status: "queued", attempts: [{}, { traceId: "late" }] });
  });

  test("is kept as an attempt, and moves nothing, if it tells nothing", async () => {
    const event = await takenAway();
    const outcome = { status: "outcome_unknown", reason: "no_clear_answer" } as const;
    const attempt = anAttempt({ traceId: "late", mayHaveArrived: true });
    await ledger.record(event.id, "silent", { outcome, attempt, click: null });
    expect(await ledger.find(event.id)).toMatchObject({
      ...{ status: "retry_scheduled", reason: "worker_interrupted" },
      attempts: [{ mayHaveArrived: true }, { traceId: "late" }],
    });
  });

  test("is kept once, however often it is written", async () => {
    const event = await takenAway();
    await Promise.all([1, 2, 3].map(() => ledger.record(event.id, "silent", delivery())));
    expect((await ledger.find(event.id))?.attempts).toHaveLength(2);
  });

  test("leaves alone what a person has resolved meanwhile", async () => {
    const event = await takenAway();
    await new EventLives(mongo, vault).end(event, "retry_scheduled", "cancelled", "abandoned_unknown", new Date());
    await ledger.record(event.id, "silent", delivery());
    expect(await ledger.find(event.id)).toMatchObject({ status: "cancelled", attempts: [{}, { traceId: "late" }] });
  });
});
