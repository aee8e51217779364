import { type Conversation, lookupsOfContact } from "@capi-relay/domain";
import { NOBODY } from "@capi-relay/domain/builders";
import { type LedgerEvent, SweepStore } from "@capi-relay/storage";
import { aLedgerEvent, vault } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
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
const find = ({ id }: LedgerEvent) => world.ledger.find(id);
const statusOf = async ({ id }: LedgerEvent) => (await world.ledger.find(id))?.status;

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
    expect(await world.resting.wakeWaiters(conversation())).toBe(4);
    for (const event of called)
      expect([await statusOf(event), await placeOf(event, 1)]).toEqual(["queued", "underway"]);
    for (const event of others) expect(await statusOf(event)).toBe("waiting_click");
    expect(await world.resting.wakeWaiters(conversation())).toBe(0);
  });

  test("wakes nobody as long as the conversation holds no click", async () => {
    const event = await waitingFor(names(WABA, { bsuidKey: "carla" }));
    expect(await world.resting.wakeWaiters(conversation({ bsuidKey: "carla", clicks: [] }))).toBe(0);
    expect(await statusOf(event)).toBe("waiting_click");
  });

  test("wakes all of more than a thousand who wait for it", async () => {
    const waiting = await Promise.all(
      Array.from({ length: 1_200 }, () => waitingFor(names(WABA, { bsuidKey: "popular" }))),
    );
    expect(await world.resting.wakeWaiters(conversation({ bsuidKey: "popular" }))).toBe(1_200);
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
  await expect(world.resting.releaseHeld([bad, good])).rejects.toThrow("away");
  await expect.poll(() => placeOf(good, 1)).toBe("underway");
});

describe("what waits because Meta asked its account to", () => {
  const TOMORROW = new Date(Date.now() + 86_400_000);
  const throttled = (accountId: string, changes: Partial<LedgerEvent> = {}) =>
    stored({
      accountId,
      status: "retry_scheduled",
      reason: "meta_throttled",
      dueAt: TOMORROW,
      expiresAt: TOMORROW,
      ...changes,
    });

  test("leaves with the held ones when the account may send again, and nothing else does", async () => {
    const [asked, held] = [await throttled("slow"), await stored({ accountId: "slow", status: "held" })];
    const left = [
      await throttled("slow", { reason: "meta_unavailable" }),
      await throttled("slow", { sample: true }),
      await throttled("another"),
    ];
    expect(await world.resting.releaseAccount("slow")).toBe(2);
    for (const event of [asked, held])
      expect([(await find(event))?.status, await placeOf(event, 1)]).toEqual(["queued", "underway"]);
    expect(await Promise.all(left.map(find))).toEqual(left);
  });

  test("and is more than one answer can wait for is due then, and the sweeper finds it without a job", async () => {
    const rows = Array.from({ length: 505 }, () => throttled("crowded"));
    const events = await Promise.all(rows);
    expect(await world.resting.releaseAccount("crowded")).toBe(500);
    const others = (await Promise.all(events.map(find))).filter((event) => event?.status === "retry_scheduled");
    expect(others).toHaveLength(5);
    const overdue = await new SweepStore(world.mongo, vault).dueSince(new Date(Date.now() + 10_000), null, 5_000);
    for (const event of others) {
      expect(event?.generation).toBe(1);
      expect(overdue.map(({ id }) => id)).toContain(event?.id);
      expect(await world.queue.placeOf({ id: event?.id ?? "", generation: 1 })).toBe("missing");
    }
  });
});

test("a held event is released once, and a waiting one woken alone", async () => {
  const held = await stored({ status: "held", reason: "paused_by_operator" });
  expect(await world.resting.releaseHeld([held, held])).toBe(1);
  const waiting = await waitingFor(["somebody"]);
  await world.resting.wake(waiting);
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
  await Promise.all(waiting.map((event) => world.resting.wake(event)));
  expect(most).toBeLessThanOrEqual(25);
  expect(new Set(await Promise.all(waiting.map(statusOf)))).toEqual(new Set(["queued"]));
});
