import { lookupsOfContact } from "@capi-relay/domain";
import { anAttempt, NOBODY } from "@capi-relay/domain/builders";
import { StandingCount } from "@capi-relay/insight";
import { CachedAccounts, type LedgerEvent } from "@capi-relay/storage";
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
