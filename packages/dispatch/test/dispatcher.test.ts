import { type Conversation, lookupsOfContact } from "@capi-relay/domain";
import { anAttempt, NOBODY } from "@capi-relay/domain/builders";
import type { LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent, anAccountCreation } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { RedriveRefusal } from "../src/index.ts";
import { openDispatcher } from "./a-dispatcher.ts";

const WABA = "102290129340398";
const CLICK = { ctwaClid: "c", clickedAt: new Date(), adId: null, sourceUrl: null, headline: null };

let world: Awaited<ReturnType<typeof openDispatcher>>;

beforeAll(async () => {
  world = await openDispatcher();
  await vi.waitFor(() => world.queue.ping());
});

afterAll(() => world.close());

async function stored(changes: Partial<LedgerEvent> = {}): Promise<LedgerEvent> {
  const event = aLedgerEvent(changes);
  await world.ledger.accept(event);
  return event;
}

async function waitingFor(names: readonly string[]): Promise<LedgerEvent> {
  const event = await stored();
  const outcome = { status: "waiting_click", reason: "no_click_yet", dueAt: event.expiresAt } as const;
  await world.ledger.settle(event, { outcome, attempt: null, click: null }, names);
  return event;
}

const placeOf = ({ id }: LedgerEvent, generation = 0) => world.queue.placeOf({ id, generation });
const statusOf = async ({ id }: LedgerEvent) => (await world.ledger.find(id))?.status;

describe("accepting", () => {
  test("stores the event first and then adds its job", async () => {
    const event = aLedgerEvent();
    expect(await world.dispatcher.accept(event)).toEqual({ kind: "stored" });
    expect([await statusOf(event), await placeOf(event)]).toEqual(["queued", "underway"]);
  });

  test("a repeat adds no job: the event may be long done", async () => {
    const event = await stored({ status: "delivered" });
    expect(await world.dispatcher.accept(event)).toMatchObject({ kind: "existing" });
    expect(await placeOf(event)).toBe("missing");
  });

  test("goes well while Redis is away, and says so to whoever watches", async () => {
    const away = await openDispatcher("redis://127.0.0.1:1");
    onTestFinished(() => away.close());
    const event = aLedgerEvent();
    expect(await away.dispatcher.accept(event)).toEqual({ kind: "stored" });
    expect((await away.ledger.find(event.id))?.status).toBe("queued");
    expect(away.queueTroubles).toHaveLength(1);
  });
});

describe("sending again", () => {
  test.each(["rejected", "failed", "skipped", "retry_scheduled"] as const)(
    "an event that is %s begins a new life with a job of its own, and the old job goes",
    async (status) => {
      const event = await stored({ status, reason: "retries_exhausted", generation: 2 });
      await world.dispatcher.addJob(event);
      expect(await world.dispatcher.redrive(event.id)).toEqual({ kind: "requeued", generation: 3 });
      expect(await world.ledger.find(event.id)).toMatchObject({
        status: "queued",
        generation: 3,
        nextTrigger: "manual",
      });
      expect([await placeOf(event, 2), await placeOf(event, 3)]).toEqual(["missing", "underway"]);
    },
  );

  test.each<[RedriveRefusal, Partial<LedgerEvent>]>([
    ["already_delivered", { status: "delivered" }],
    ["outcome_unknown", { status: "outcome_unknown", reason: "no_clear_answer" }],
    ["cancelled", { status: "cancelled" }],
    ["window_passed", { status: "expired", reason: "event_time_window_passed" }],
    ["window_passed", { status: "failed", reason: "retries_exhausted", expiresAt: new Date(0) }],
    ["goes_by_itself", { status: "waiting_click", reason: "no_click_yet" }],
    ["goes_by_itself", { status: "held", reason: "paused_by_operator" }],
    ["under_way", { status: "queued" }],
    ["under_way", { status: "sending" }],
  ])("is refused as %s for %j, and changes nothing", async (because, changes) => {
    const event = await stored(changes);
    expect(await world.dispatcher.redrive(event.id)).toEqual({ kind: "refused", because });
    expect(await world.ledger.find(event.id)).toEqual(event);
    expect(await placeOf(event, 1)).toBe("missing");
  });

  test("an event nobody knows is not found", async () => {
    expect(await world.dispatcher.redrive("enobody")).toEqual({ kind: "not_found" });
  });

  test("happens once, however often it is asked for at the same moment", async () => {
    const event = await stored({ status: "failed", reason: "retries_exhausted" });
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.dispatcher.redrive(event.id)));
    expect(answers.filter(({ kind }) => kind === "requeued")).toEqual([{ kind: "requeued", generation: 1 }]);
    expect(await placeOf(event, 2)).toBe("missing");
  });
});

describe("a click that arrived", () => {
  const conversation = (changes: Partial<Conversation> = {}): Conversation => ({
    id: "0123456789abcdef01234567",
    wabaId: WABA,
    bsuidKey: "ana",
    phoneKey: "ana-phone",
    clicks: [CLICK],
    createdAt: new Date(),
    ...changes,
  });
  const names = (wabaId: string, contact: object) => lookupsOfContact(wabaId, { ...NOBODY, ...contact });

  test("wakes exactly those who wait for this contact at this business", async () => {
    const called = [
      await waitingFor(names(WABA, { bsuidKey: "ana" })),
      await waitingFor(names(WABA, { phoneKey: "ana-phone" })),
      await waitingFor(names(WABA, { phoneKey: "other spelling", phoneVariantKeys: ["ana-phone"] })),
      await waitingFor(names(WABA, { conversationId: "0123456789abcdef01234567" })),
    ];
    const others = [
      await waitingFor(names(WABA, { bsuidKey: "bia" })),
      await waitingFor(names(WABA, { phoneKey: "ana" })),
      await waitingFor(names("999999999", { bsuidKey: "ana", phoneKey: "ana-phone" })),
    ];
    expect(await world.dispatcher.wakeWaiters(conversation())).toBe(4);
    for (const event of called)
      expect([await statusOf(event), await placeOf(event, 1)]).toEqual(["queued", "underway"]);
    for (const event of others) expect(await statusOf(event)).toBe("waiting_click");
    expect(await world.dispatcher.wakeWaiters(conversation())).toBe(0);
  });

  test("wakes nobody as long as the conversation holds no click", async () => {
    const event = await waitingFor(names(WABA, { bsuidKey: "carla" }));
    expect(await world.dispatcher.wakeWaiters(conversation({ bsuidKey: "carla", clicks: [] }))).toBe(0);
    expect(await statusOf(event)).toBe("waiting_click");
  });

  test("wakes all of more than a thousand who wait for it", async () => {
    const waiting = await Promise.all(
      Array.from({ length: 1_200 }, () => waitingFor(names(WABA, { bsuidKey: "popular" }))),
    );
    expect(await world.dispatcher.wakeWaiters(conversation({ bsuidKey: "popular" }))).toBe(1_200);
    expect(await world.lives.waitingFor(names(WABA, { bsuidKey: "popular" }), 10)).toEqual([]);
    expect(await Promise.all(waiting.map((event) => placeOf(event, 1)))).toEqual(waiting.map(() => "underway"));
  });
});

test("one event that cannot be called keeps no other from its job", async () => {
  const [bad, good] = [await stored({ status: "held" }), await stored({ status: "held" })];
  const original = world.lives.requeue.bind(world.lives);
  const requeue = vi.spyOn(world.lives, "requeue").mockImplementation(async (ref, ...rest) => {
    if (ref.id === bad.id) throw new Error("away");
    return original(ref, ...rest);
  });
  onTestFinished(() => requeue.mockRestore());
  await expect(world.dispatcher.releaseHeld([bad, good])).rejects.toThrow("away");
  await expect.poll(() => placeOf(good, 1)).toBe("underway");
});

test("a held event is released once, and a waiting one woken alone", async () => {
  const held = await stored({ status: "held", reason: "paused_by_operator" });
  expect(await world.dispatcher.releaseHeld([held, held])).toBe(1);
  const waiting = await waitingFor(["somebody"]);
  await world.dispatcher.wake(waiting);
  expect([await placeOf(held, 1), await placeOf(waiting, 1)]).toEqual(["underway", "underway"]);
});

test("many that went to wait while their clicks arrived are woken together, and leave connections to others", async () => {
  const waiting = await Promise.all(Array.from({ length: 300 }, () => waitingFor(["many"])));
  const original = world.lives.requeue.bind(world.lives);
  let underWay = 0;
  let most = 0;
  const requeue = vi.spyOn(world.lives, "requeue").mockImplementation(async (...asked) => {
    underWay += 1;
    most = Math.max(most, underWay);
    try {
      return await original(...asked);
    } finally {
      underWay -= 1;
    }
  });
  onTestFinished(() => requeue.mockRestore());
  await Promise.all(waiting.map((event) => world.dispatcher.wake(event)));
  expect(most).toBeLessThanOrEqual(25);
  expect(new Set(await Promise.all(waiting.map(statusOf)))).toEqual(new Set(["queued"]));
});

describe("a correction", () => {
  const correction = { accountId: "acct42", eventName: "Purchase" };

  test.each(["rejected", "failed"] as const)("lets an event that is %s go again as corrected", async (status) => {
    const event = await stored({ status, reason: "meta_value_missing" });
    expect(await world.dispatcher.redrive(event.id, correction)).toEqual({ kind: "requeued", generation: 1 });
    expect(await world.ledger.find(event.id)).toMatchObject({ eventName: "Purchase", status: "queued" });
    const job = await world.queue.bullQueues.fast.getJob(`${event.id}_1`);
    expect(job?.name).toBe("Purchase");
  });

  test.each<[RedriveRefusal, Partial<LedgerEvent>]>([
    ["not_correctable", { status: "skipped", reason: "no_ctwa_clid" }],
    ["not_correctable", { status: "retry_scheduled", reason: "meta_unavailable" }],
    ["may_have_arrived", { status: "failed", attempts: [anAttempt({ mayHaveArrived: true })] }],
    ["already_delivered", { status: "delivered" }],
    ["outcome_unknown", { status: "outcome_unknown" }],
  ])("is refused as %s for %j", async (because, changes) => {
    const event = await stored(changes);
    expect(await world.dispatcher.redrive(event.id, correction)).toEqual({ kind: "refused", because });
    expect(await world.ledger.find(event.id)).toEqual(event);
  });
});

describe("cancelling", () => {
  test.each(["queued", "retry_scheduled", "waiting_click", "held"] as const)(
    "ends an event that is %s, and its job goes",
    async (status) => {
      const event = await stored({ status });
      await world.dispatcher.addJob(event);
      expect(await world.dispatcher.cancel(event.id, "cancelled_by_caller")).toEqual({ kind: "cancelled" });
      expect(await world.ledger.find(event.id)).toMatchObject({ status: "cancelled", reason: "cancelled_by_caller" });
      expect(await placeOf(event)).toBe("missing");
    },
  );

  test.each<[RedriveRefusal, Partial<LedgerEvent>]>([
    ["under_way", { status: "sending" }],
    ["already_ended", { status: "delivered" }],
    ["already_ended", { status: "cancelled" }],
    ["may_have_arrived", { status: "retry_scheduled", attempts: [anAttempt({ mayHaveArrived: true })] }],
    ["may_have_arrived", { status: "outcome_unknown", attempts: [anAttempt({ mayHaveArrived: true })] }],
  ])("is refused as %s for %j", async (because, changes) => {
    const event = await stored(changes);
    expect(await world.dispatcher.cancel(event.id, "cancelled_by_caller")).toEqual({ kind: "refused", because });
    expect(await world.ledger.find(event.id)).toEqual(event);
  });
});

describe("resolving", () => {
  const unknown = (changes: Partial<LedgerEvent> = {}) =>
    stored({ status: "outcome_unknown", reason: "no_clear_answer", ...changes });

  test("as delivered or abandoned ends the event", async () => {
    const [arrived, given] = [await unknown(), await unknown()];
    expect(await world.dispatcher.resolve(arrived.id, "delivered")).toEqual({ kind: "resolved" });
    expect(await world.dispatcher.resolve(given.id, "abandon")).toEqual({ kind: "resolved" });
    expect(await world.ledger.find(arrived.id)).toMatchObject({ status: "delivered", reason: null });
    expect(await world.ledger.find(given.id)).toMatchObject({ status: "cancelled", reason: "abandoned_unknown" });
  });

  test("by sending again begins a new life, because a person wants it", async () => {
    const event = await unknown();
    expect(await world.dispatcher.resolve(event.id, "resend")).toEqual({ kind: "requeued", generation: 1 });
    expect(await world.ledger.find(event.id)).toMatchObject({ status: "queued", nextTrigger: "manual" });
    expect(await placeOf(event, 1)).toBe("underway");
  });

  test("happens once, however many people decide", async () => {
    const event = await unknown();
    const decisions = ["delivered", "resend", "abandon", "delivered", "resend"] as const;
    const answers = await Promise.all(decisions.map((as) => world.dispatcher.resolve(event.id, as)));
    expect(answers.filter(({ kind }) => kind !== "refused")).toHaveLength(1);
  });

  test("is refused where nothing is unknown, and a resend past the window", async () => {
    const [known, late] = [await stored({ status: "failed" }), await unknown({ expiresAt: new Date(0) })];
    expect(await world.dispatcher.resolve(known.id, "resend")).toEqual({
      kind: "refused",
      because: "outcome_is_known",
    });
    expect(await world.dispatcher.resolve(late.id, "resend")).toEqual({ kind: "refused", because: "window_passed" });
    expect(await world.dispatcher.resolve("enobody", "resend")).toEqual({ kind: "not_found" });
  });
});

test("an event during which workers died twice goes to the lane of one", async () => {
  const event = await stored({ status: "held", starts: 2 });
  await world.dispatcher.releaseHeld([event]);
  expect(await world.queue.isWaiting({ id: event.id, generation: 1 }, "alone")).toBe(true);
});

test("more than a hundred events of an account that stands still make way for others, and fewer do not", async () => {
  const account = async () => {
    const created = await world.accounts.create(anAccountCreation(), new Date());
    return created.kind === "created" ? created.account.id : "";
  };
  const [hanging, unclear, recovered, sound] = [await account(), await account(), await account(), await account()];
  await world.accounts.markSluggish(hanging, new Date(Date.now() + 60_000));
  await world.accounts.markUnclear(unclear, new Date());
  await world.accounts.markSluggish(recovered, new Date(Date.now() - 1));
  const lanesOf = async (accountId: string, count: number) => {
    const events = Array.from({ length: count }, () => aLedgerEvent({ accountId }));
    const lanes = new Set<string>();
    for (const event of events) {
      await world.dispatcher.accept(event);
      for (const lane of ["fast", "slow"] as const) if (await world.queue.isWaiting(event, lane)) lanes.add(lane);
    }
    return [...lanes];
  };
  for (const id of [hanging, unclear, recovered, sound]) expect(await lanesOf(id, 101)).toEqual(["fast"]);
  expect(await lanesOf(hanging, 1)).toEqual(["slow"]);
  expect(await lanesOf(unclear, 1)).toEqual(["slow"]);
  expect(await lanesOf(recovered, 1)).toEqual(["fast"]);
  expect(await lanesOf(sound, 1)).toEqual(["fast"]);
});

test("an event whose account cannot be read gets its job all the same", async () => {
  const find = vi.spyOn(world.accounts, "find").mockRejectedValue(new Error("away"));
  onTestFinished(() => find.mockRestore());
  const event = aLedgerEvent({ accountId: "unreadable" });
  await world.dispatcher.accept(event);
  expect(await world.queue.isWaiting(event, "fast")).toBe(true);
});

test("an account with a crowd outstanding fills the slow lane, and others overtake it", async () => {
  const crowded = await openDispatcher(undefined, 20);
  onTestFinished(() => crowded.close());
  await vi.waitFor(() => crowded.queue.ping());
  for (let n = 0; n < 30; n += 1) await crowded.dispatcher.accept(aLedgerEvent({ accountId: "giant" }));
  await crowded.dispatcher.accept(aLedgerEvent({ accountId: "corner-shop" }));
  const [fast, slow] = await Promise.all(
    [crowded.queue.bullQueues.fast, crowded.queue.bullQueues.slow].map((queue) => queue.getWaitingCount()),
  );
  expect([fast, slow]).toEqual([22, 9]);
});
