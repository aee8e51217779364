import { lookupsOfContact } from "@capi-relay/domain";
import { anAttempt, NOBODY } from "@capi-relay/domain/builders";
import type { LedgerEvent } from "@capi-relay/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openSweepers } from "./a-sweeper.ts";

const MINUTE_MS = 60_000;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
const CLICK = { ctwaClid: "x", clickedAt: new Date(), adId: null, sourceUrl: null, headline: null };

let world: Awaited<ReturnType<typeof openSweepers>>;

beforeAll(async () => {
  world = await openSweepers();
});

beforeEach(() => world.clear());
afterAll(() => world.close());

const find = ({ id }: LedgerEvent) => world.ledger.find(id);
const placeOf = ({ id }: LedgerEvent, generation = 0) => world.queue.placeOf({ id, generation });

async function waiting(contact: object, wabaId: string): Promise<LedgerEvent> {
  const event = await world.stored();
  const outcome = { status: "waiting_click", reason: "no_click_yet", dueAt: event.expiresAt } as const;
  await world.ledger.settle(
    event,
    { outcome, attempt: null, click: null },
    lookupsOfContact(wabaId, { ...NOBODY, ...contact }),
  );
  return event;
}

describe("events that have been due for long", () => {
  test("and whose job Redis lost get it again, in the same life", async () => {
    const lost = [
      await world.stored({ dueAt: minutesAgo(2) }),
      await world.stored({ dueAt: minutesAgo(3), generation: 4 }),
    ];
    expect(await world.sweepOnce()).toMatchObject({ requeued: 2 });
    expect([await placeOf(lost[0] as LedgerEvent), await placeOf(lost[1] as LedgerEvent, 4)]).toEqual([
      "underway",
      "underway",
    ]);
    expect(await find(lost[1] as LedgerEvent)).toEqual(lost[1]);
  });

  test("and whose job is on its way are left alone, however many they are", async () => {
    const events = await Promise.all(Array.from({ length: 1_200 }, () => world.stored({ dueAt: minutesAgo(2) })));
    await Promise.all(events.map((event) => world.dispatcher.addJob(event)));
    const before = await world.queue.bullQueue.getJobCounts("waiting", "delayed");
    expect(await world.sweepOnce()).toEqual({});
    expect(await world.queue.bullQueue.getJobCounts("waiting", "delayed")).toEqual(before);
  });

  test("and whose job is done with, unknown to the ledger, begin with a new job", async () => {
    const event = await world.stored({ dueAt: minutesAgo(2) });
    expect(await world.sweepOnce({ queue: { placeOf: async () => "finished" } })).toMatchObject({ requeued: 1 });
    expect([await placeOf(event), await placeOf(event, 1)]).toEqual(["missing", "underway"]);
    expect(await find(event)).toEqual({ ...event, generation: 1 });
  });

  test("are the only ones looked at", async () => {
    const event = await world.stored({ dueAt: new Date() });
    expect(await world.sweepOnce()).toEqual({});
    expect(await placeOf(event)).toBe("missing");
  });

  test("are walked in portions, and the next sweep goes on where the last one stopped", async () => {
    const events = await Promise.all(Array.from({ length: 10 }, (_, n) => world.stored({ dueAt: minutesAgo(20 - n) })));
    const { sweeper } = world.aSweeper({ rowsPerSecond: 4, everyMs: 1_000 });
    const places = async () =>
      (await Promise.all(events.map((event) => placeOf(event)))).filter((place) => place === "underway");
    for (const expected of [4, 8, 10]) {
      await sweeper.sweep();
      expect(await places()).toHaveLength(expected);
    }
    await sweeper.close();
  });
});

describe("events of a worker that died while sending", () => {
  async function interrupted(unknownOutcome: "resend" | "hold", changes: Partial<LedgerEvent> = {}) {
    const { id: accountId } = await world.account({ unknownOutcome });
    const event = await world.stored({ accountId, ...changes });
    await world.ledger.claim([event], "dead", -1, new Date());
    return event;
  }

  test("go again where the account says so, with the attempt marked", async () => {
    const event = await interrupted("resend");
    expect(await world.sweepOnce()).toMatchObject({ taken_over: 1 });
    expect(await find(event)).toMatchObject({
      status: "retry_scheduled",
      reason: "worker_interrupted",
      generation: 1,
      attempts: [{ number: 1, mayHaveArrived: true, outcome: "retry_scheduled", httpStatus: null }],
    });
    expect(await placeOf(event, 1)).toBe("underway");
  });

  test("wait for a person where the account says so, and also after two resends", async () => {
    const marked = anAttempt({ mayHaveArrived: true, reason: "no_clear_answer" });
    const events = [await interrupted("hold"), await interrupted("resend", { attempts: [marked, marked] })];
    await world.sweepOnce();
    for (const event of events) {
      expect(await find(event)).toMatchObject({ status: "outcome_unknown", reason: "worker_interrupted" });
      expect(await placeOf(event, 1)).toBe("missing");
    }
  });

  test("whose account is gone wait for a person", async () => {
    const event = await world.stored({ accountId: "gone" });
    await world.ledger.claim([event], "dead", -1, new Date());
    await world.sweepOnce();
    expect(await find(event)).toMatchObject({ status: "outcome_unknown" });
  });
});

describe("events that rest", () => {
  test("stop waiting for a click when their time is up, and only then", async () => {
    const late = await world.stored({ status: "waiting_click", reason: "no_click_yet", dueAt: minutesAgo(1) });
    const early = await world.stored({ status: "waiting_click", reason: "no_click_yet", dueAt: minutesAgo(-1) });
    expect(await world.sweepOnce()).toMatchObject({ waiting_ended: 1 });
    expect(await find(late)).toMatchObject({ status: "skipped", reason: "no_ctwa_clid", endedAt: expect.any(Date) });
    expect(await find(early)).toEqual(early);
  });

  test("stop being held at their deadline: expired if never tried, failed if tried", async () => {
    const { id: accountId } = await world.account();
    await world.accounts.pause(accountId, 1, "meta_token_invalid", new Date());
    const held = { accountId, status: "held", reason: "meta_token_invalid", expiresAt: minutesAgo(1) } as const;
    const [never, tried] = [await world.stored(held), await world.stored({ ...held, attempts: [anAttempt()] })];
    await world.stored({ ...held, expiresAt: minutesAgo(-1) });
    expect(await world.sweepOnce()).toMatchObject({ held_ended: 2 });
    expect(await find(never)).toMatchObject({ status: "expired", reason: "event_time_window_passed" });
    expect(await find(tried)).toMatchObject({ status: "failed", reason: "retries_exhausted" });
  });

  test("go when their account can send again, and stay while it is paused or has no dataset", async () => {
    const active = await world.account();
    const paused = await world.account();
    await world.accounts.pause(paused.id, 1, "meta_token_invalid", new Date());
    const unfinished = await world.account();
    await world.mongo.collections.accounts.updateOne({ _id: unfinished.id }, { $set: { datasetId: null } });
    const [goes, ...stays] = await Promise.all(
      [active, paused, unfinished].map(({ id }) =>
        world.stored({ accountId: id, status: "held", reason: "dataset_unknown" }),
      ),
    );
    expect(await world.sweepOnce()).toMatchObject({ released: 1 });
    expect([
      await find(goes as LedgerEvent).then((event) => event?.status),
      await placeOf(goes as LedgerEvent, 1),
    ]).toEqual(["queued", "underway"]);
    for (const event of stays) expect((await find(event))?.status).toBe("held");
  });

  test("end 2,000 in one sweep", async () => {
    const dueAt = minutesAgo(1);
    await Promise.all(Array.from({ length: 2_000 }, () => world.stored({ status: "waiting_click", dueAt })));
    expect(await world.sweepOnce()).toMatchObject({ waiting_ended: 2_000 });
  });
});

describe("a click whose taker died before it woke anybody", () => {
  test.each([0, 10])(
    "stored %i minutes ago wakes whoever waits for it, also at the first sweep of a new process",
    async (minutes) => {
      const { wabaId } = await world.account();
      const event = await waiting({ bsuidKey: "ana" }, wabaId);
      const other = await waiting({ bsuidKey: "bia" }, wabaId);
      await world.conversations.remember({ wabaId, bsuidKey: "ana", phoneKey: null }, CLICK, minutesAgo(minutes));
      expect(await world.sweepOnce()).toMatchObject({ woken: 1 });
      expect([(await find(event))?.status, await placeOf(event, 1)]).toEqual(["queued", "underway"]);
      expect((await find(other))?.status).toBe("waiting_click");
    },
  );

  test("among more clicks than one sweep looks at is found by the next sweep", async () => {
    const { wabaId } = await world.account();
    const click = (name: string) =>
      world.conversations.remember({ wabaId, bsuidKey: name, phoneKey: null }, CLICK, new Date());
    for (const name of ["first", "second", "third"]) await click(name);
    const event = await waiting({ bsuidKey: "third" }, wabaId);
    const { sweeper, onError } = world.aSweeper({ conversationsPerSweep: 2 });
    await vi.waitFor(async () => {
      await sweeper.sweep();
      expect((await find(event))?.status).toBe("queued");
    });
    await sweeper.close();
    expect(onError).not.toHaveBeenCalled();
  });
});

describe("the duty", () => {
  test("is one process's at a time, and the next one's when it is given back", async () => {
    const [first, second] = [world.aSweeper(), world.aSweeper()];
    await first.sweeper.sweep();
    await world.stored({ dueAt: minutesAgo(2) });
    await second.sweeper.sweep();
    expect(second.onSwept).not.toHaveBeenCalled();
    await first.sweeper.close();
    await second.sweeper.sweep();
    expect(second.onSwept).toHaveBeenCalledWith(expect.objectContaining({ requeued: 1 }));
    await second.sweeper.close();
  });

  test("goes on when a part of it fails, and the failure is told by name", async () => {
    const event = await world.stored({ dueAt: minutesAgo(2) });
    const away = new Error("away");
    const { sweeper, onError } = world.aSweeper({ accounts: { find: async () => Promise.reject(away) } });
    const held = await world.stored({ status: "held" });
    await sweeper.sweep();
    await sweeper.close();
    expect(onError).toHaveBeenCalledExactlyOnceWith(away, "released");
    expect([await placeOf(event), (await find(held))?.status]).toEqual(["underway", "held"]);
  });

  test("starts by itself and stops when it is closed", async () => {
    await world.stored({ dueAt: minutesAgo(2) });
    const { sweeper, onSwept } = world.aSweeper({ everyMs: 10 });
    sweeper.start();
    await vi.waitFor(() => expect(onSwept).toHaveBeenCalled());
    await sweeper.close();
    const swept = onSwept.mock.calls.length;
    await world.stored({ dueAt: minutesAgo(2) });
    await world.sweepOnce();
    expect(onSwept.mock.calls).toHaveLength(swept);
  });
});
