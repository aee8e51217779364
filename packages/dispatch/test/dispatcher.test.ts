import type { LedgerEvent } from "@capi-relay/storage";
import { aLedgerEvent, anAccountCreation } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openDispatcher } from "./a-dispatcher.ts";

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

test("an event during which workers died twice goes to the lane of one", async () => {
  const event = await stored({ status: "held", starts: 2 });
  await world.resting.releaseHeld([event]);
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
