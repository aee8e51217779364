import type { ChosenClick } from "@capi-relay/domain";
import { anAttempt } from "@capi-relay/domain/builders";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EventLedger, type LedgerEvent, type MongoConnection } from "../src/index.ts";
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

  test("a claim that is given back can be made again", async () => {
    const event = aLedgerEvent();
    await ledger.accept(event);
    await claimed(event, "first");
    await ledger.release([event.id], "first");
    expect(await claimed(event, "second")).toBe(true);
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
