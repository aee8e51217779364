import { lookupsOfContact } from "@capi-relay/domain";
import { anAttempt, NOBODY } from "@capi-relay/domain/builders";
import { StandingCount } from "@capi-relay/insight";
import type { JobPlace } from "@capi-relay/queue";
import { CachedAccounts, LeaseStore, type LedgerEvent } from "@capi-relay/storage";
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

describe("people", () => {
  const ANA = { ...NOBODY, bsuidKey: "ana" };

  test("are forgotten when their events ended long enough ago", async () => {
    const ended = { status: "delivered", contact: ANA } as const;
    const old = await world.stored({ ...ended, endedAt: minutesAgo(91 * 24 * 60) });
    const recent = await world.stored({ ...ended, endedAt: minutesAgo(89 * 24 * 60) });
    expect(await world.sweepOnce()).toMatchObject({ forgotten: 1 });
    expect([(await find(old))?.contact, (await find(recent))?.contact]).toEqual([NOBODY, ANA]);
  });

  test("who asked to be forgotten while an event was on its way are, once it rests", async () => {
    const { wabaId } = await world.account();
    const { conversation } = await world.conversations.remember(
      { wabaId, bsuidKey: "ana", phoneKey: null },
      CLICK,
      new Date(),
    );
    const event = await world.stored({ contact: ANA });
    await world.ledger.claim([event], "worker", MINUTE_MS, new Date());
    await world.conversations.forgetEvents(conversation.id, [event.id]);
    await world.sweepOnce();
    expect(await world.conversations.toForgetLater(10)).toHaveLength(1);
    const outcome = { status: "delivered", reason: null } as const;
    await world.ledger.record(event.id, "worker", { outcome, attempt: anAttempt(), click: null });
    expect(await world.sweepOnce()).toMatchObject({ erasures_finished: 1 });
    expect(await find(event)).toMatchObject({ status: "delivered", contact: NOBODY });
    expect(await world.conversations.toForgetLater(10)).toEqual([]);
  });
});

describe("an alert", () => {
  const isOpen = async (accountId: string) =>
    (await world.alerts.open(500)).some((alert) => alert.accountId === accountId);

  test("of a paused account is closed when it is active again", async () => {
    const account = await world.account();
    await world.accounts.pause(account, "meta_token_invalid", new Date());
    await world.alerts.raise(
      { kind: "account_paused", accountId: account.id, detail: "meta_token_invalid" },
      new Date(),
    );
    await world.sweepOnce();
    expect(await isOpen(account.id)).toBe(true);
    await world.accounts.resume(account.id, new Date());
    expect((await world.sweepOnce())["alerts_closed"]).toBeGreaterThan(0);
    expect(await isOpen(account.id)).toBe(false);
  });

  test("of a name that is switched off is closed when that is switched on again", async () => {
    const account = await world.account();
    await world.accounts.switchOffName(account.id, account.datasetId ?? "", "Purchase");
    await world.alerts.raise(
      { kind: "event_name_switched_off", accountId: account.id, detail: "Purchase" },
      new Date(),
    );
    await world.sweepOnce();
    expect(await isOpen(account.id)).toBe(true);
    await world.accounts.change(account.id, { switchedOffEventNames: [] }, new Date());
    await world.sweepOnce();
    expect(await isOpen(account.id)).toBe(false);
  });

  test("of doubts is open while a person has to say what became of events, and told once", async () => {
    const account = await world.account();
    const doubt = await world.stored({ accountId: account.id, status: "outcome_unknown", reason: "no_clear_answer" });
    const standing = new StandingCount(world.mongo, () => new Date());
    await standing.take();
    expect(await world.sweepOnce()).toMatchObject({ troubles_told: 1 });
    expect((await world.sweepOnce())["troubles_told"] ?? 0).toBe(0);
    expect(await isOpen(account.id)).toBe(true);
    await world.mongo.native.events.deleteOne({ _id: doubt.id });
    await standing.take();
    await world.mongo.collections.alerts.updateOne({ accountId: account.id }, { lastMetAt: minutesAgo(3) });
    await world.sweepOnce();
    expect(await isOpen(account.id)).toBe(false);
  });

  test("is raised for what was stopped by somebody who could not ring, but not for what an operator paused", async () => {
    const [refused, nameless, wanted] = [await world.account(), await world.account(), await world.account()];
    await world.accounts.pause(refused, "meta_token_invalid", new Date());
    await world.accounts.switchOffName(nameless.id, nameless.datasetId ?? "", "Purchase");
    await world.accounts.pauseByOperator(wanted.id, new Date());
    await world.sweepOnce();
    const open = (await world.alerts.open(500)).map(({ kind, accountId, detail }) => [kind, accountId, detail]);
    expect(open).toContainEqual(["account_paused", refused.id, "meta_token_invalid"]);
    expect(open).toContainEqual(["event_name_switched_off", nameless.id, "Purchase"]);
    expect(await isOpen(wanted.id)).toBe(false);
  });

  test("is not closed by what was remembered of the account a moment ago", async () => {
    const account = await world.account();
    const remembered = new CachedAccounts(world.accounts);
    expect((await remembered.find(account.id))?.state).toBe("active");
    await world.accounts.pause(account, "meta_token_invalid", new Date());
    await world.sweepOnce({ accounts: remembered });
    await world.sweepOnce({ accounts: remembered });
    expect(await isOpen(account.id)).toBe(true);
  });

  test("that nothing but time can close is closed when its cause was not met for an hour", async () => {
    const [met, quiet] = [await world.account(), await world.account()];
    const cause = { kind: "meta_counted_none", detail: "" } as const;
    await world.alerts.raise({ ...cause, accountId: met.id }, minutesAgo(59));
    await world.alerts.raise({ ...cause, accountId: quiet.id }, minutesAgo(61));
    await world.sweepOnce();
    expect([await isOpen(met.id), await isOpen(quiet.id)]).toEqual([true, false]);
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
    const account = await world.account();
    const { id: accountId } = account;
    await world.accounts.pause(account, "meta_token_invalid", new Date());
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
    await world.accounts.pause(paused, "meta_token_invalid", new Date());
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
