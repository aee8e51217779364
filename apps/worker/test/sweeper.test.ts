import { anAttempt } from "@capi-relay/domain/builders";
import type { JobPlace } from "@capi-relay/queue";
import { LeaseStore, type LedgerEvent } from "@capi-relay/storage";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openSweepers } from "./a-sweeper.ts";

const MINUTE_MS = 60_000;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);

let world: Awaited<ReturnType<typeof openSweepers>>;

beforeAll(async () => {
  world = await openSweepers();
});

beforeEach(() => world.clear());
afterAll(() => world.close());

const find = ({ id }: LedgerEvent) => world.ledger.find(id);
const placeOf = ({ id }: LedgerEvent, generation = 0) => world.queue.placeOf({ id, generation });

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
    const before = await world.queue.bullQueues.fast.getJobCounts("waiting", "delayed");
    expect(await world.sweepOnce()).toEqual({});
    expect(await world.queue.bullQueues.fast.getJobCounts("waiting", "delayed")).toEqual(before);
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

  test("are walked a quarter as far where every job is in its place", async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => world.stored({ dueAt: minutesAgo(20 - n) })));
    const looks: string[] = [];
    const placeOf = async ({ id }: { id: string }): Promise<JobPlace> => {
      looks.push(id);
      return "underway";
    };
    const { sweeper } = world.aSweeper({ rowsPerSecond: 16, everyMs: 1_000, queue: { placeOf } });
    await sweeper.sweep();
    await sweeper.sweep();
    await sweeper.close();
    expect([looks.length, new Set(looks).size]).toEqual([8, 8]);
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

  test("are left alone in the first sweep after an outage of the ledger: their workers may be about to record", async () => {
    const event = await interrupted("resend");
    const leases = new LeaseStore(world.mongo);
    let isAway = true;
    const take = (...duty: Parameters<LeaseStore["take"]>) =>
      isAway ? Promise.reject(new Error("away")) : leases.take(...duty);
    const { sweeper } = world.aSweeper({ leases: { take, release: async () => undefined } });
    await sweeper.sweep();
    isAway = false;
    await sweeper.sweep();
    expect((await find(event))?.status).toBe("sending");
    await sweeper.sweep();
    expect((await find(event))?.status).toBe("retry_scheduled");
    await sweeper.close();
  });

  test("whose account is gone wait for a person", async () => {
    const event = await world.stored({ accountId: "gone" });
    await world.ledger.claim([event], "dead", -1, new Date());
    await world.sweepOnce();
    expect(await find(event)).toMatchObject({ status: "outcome_unknown" });
  });
});

describe("an event during which workers keep dying", () => {
  /** One worker's death: claimed by a job of its present life, and silent ever since. */
  async function killsAWorker(event: LedgerEvent, isAlone: boolean, departs: boolean) {
    const now = await find(event);
    const later = new Date(Date.now() + 24 * 60 * MINUTE_MS);
    const ref = { id: event.id, generation: now?.generation ?? 0 };
    await world.mongo.native.events.updateOne({ _id: event.id }, { $set: { dueAt: new Date(), expiresAt: later } });
    expect((await world.ledger.claim([ref], "dead", -1, new Date(), isAlone)).size).toBe(1);
    if (departs) await world.ledger.departs([event.id], "dead");
    await world.sweepOnce();
    return { ...ref, generation: ref.generation + 1 };
  }

  test("before anything leaves goes to the lane of one, and after three deaths there it is set aside, with an alert", async () => {
    const { id: accountId } = await world.account();
    const event = await world.stored({ accountId });
    const first = await killsAWorker(event, false, false);
    expect(await world.queue.placeOf(first)).toBe("underway");
    expect(await world.queue.bullQueues.alone.getJob(`${first.id}_${first.generation}`)).toBeUndefined();
    for (let deaths = 2; deaths <= 4; deaths += 1) {
      const next = await killsAWorker(event, deaths > 2, false);
      expect(await world.queue.bullQueues.alone.getJob(`${next.id}_${next.generation}`)).toBeDefined();
    }
    await killsAWorker(event, true, false);
    const found = await find(event);
    expect(found).toMatchObject({ status: "failed", reason: "quarantined", endedAt: expect.any(Date) });
    expect(found?.attempts.map((attempt) => attempt.mayHaveArrived)).toEqual([true, true, false, false, false]);
    expect(await world.alerts.open(10)).toContainEqual(
      expect.objectContaining({ kind: "event_quarantined", accountId, detail: event.id }),
    );
  });

  test("after its request left waits for a person: it may be counted three times already", async () => {
    const { id: accountId } = await world.account();
    const event = await world.stored({ accountId });
    await killsAWorker(event, false, false);
    await killsAWorker(event, false, false);
    await killsAWorker(event, true, true);
    expect(await find(event)).toMatchObject({ status: "outcome_unknown", reason: "worker_interrupted" });
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

  test("is no longer that of a sweep which took longer than its lease: the rest is left to whoever has it", async () => {
    const overdue = await world.stored({ dueAt: minutesAgo(2) });
    await world.stored({ status: "held" });
    const leases = new LeaseStore(world.mongo);
    const find = () =>
      vi.waitFor(async () => {
        expect(await leases.take("sweeper", "another", MINUTE_MS)).toBe(true);
        return null;
      });
    const slow = world.aSweeper({ everyMs: 10, accounts: { find } });
    await slow.sweeper.sweep();
    await slow.sweeper.close();
    expect(await placeOf(overdue)).toBe("missing");
    expect(slow.onError).not.toHaveBeenCalled();
    await leases.release("sweeper", "another");
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
