import { lookupsOfConversation } from "@capi-relay/domain";
import { NOBODY } from "@capi-relay/domain/builders";
import type { DeliveryJobData } from "@capi-relay/queue";
import type { ContactQuery, LedgerEvent } from "@capi-relay/storage";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ClickFinder } from "../src/click-finder.ts";
import { createDeliveryHandler } from "../src/delivery-handler.ts";
import type { Refusal } from "../src/fate.ts";
import { openSweepers } from "./a-sweeper.ts";

let world: Awaited<ReturnType<typeof openSweepers>>;

beforeAll(async () => {
  world = await openSweepers();
});

afterAll(() => world.close());

/** A handler on real stores; `betweenLooks` runs after its first look for a click and before it writes anything. */
function handlerWith(betweenLooks: () => Promise<void>) {
  let looks = 0;
  const send = vi.fn(async (_event: LedgerEvent) => ({
    kind: "ended" as const,
    outcome: { status: "delivered" as const, reason: null },
  }));
  const findForContacts = async (queries: readonly ContactQuery[]) => {
    const found = await world.conversations.findForContacts(queries);
    looks += 1;
    if (looks === 1) await betweenLooks();
    return found;
  };
  const handle = createDeliveryHandler({
    ledger: world.ledger,
    accounts: world.accounts,
    destinations: { canOpenToken: () => true, pause: async () => {} },
    clicks: new ClickFinder({ findForContacts }),
    departures: { refusalOf: (): Refusal | null => null, send },
    dispatcher: world.dispatcher,
    resting: world.resting,
    onTrouble: (error) => {
      throw error;
    },
    now: () => new Date(),
    jitter: () => 0.5,
    afterProbing: () => new Date(),
  });
  return { handle: (job: DeliveryJobData) => handle(job, "fast"), send };
}

async function eventOf(bsuidKey: string) {
  const { id: accountId, wabaId } = await world.account();
  const event = await world.stored({ accountId, contact: { ...NOBODY, bsuidKey } });
  const click = { ctwaClid: "late", clickedAt: new Date(), adId: null, sourceUrl: null, headline: null };
  /** What the webhook does: store, then wake. */
  const clickArrives = async () => {
    const { conversation } = await world.conversations.remember(
      { wabaId, bsuidKey, phoneKey: null },
      click,
      new Date(),
    );
    return { woken: await world.resting.wakeWaiters(conversation), conversation };
  };
  return { event, clickArrives };
}

test("a click stored between the look and the write finds nobody waiting, and the event goes all the same", async () => {
  const { event, clickArrives } = await eventOf("between");
  let woken = -1;
  const { handle, send } = handlerWith(async () => {
    ({ woken } = await clickArrives());
  });
  expect(await handle({ id: event.id, generation: 0 })).toMatchObject({ status: "waiting_click" });
  expect(woken).toBe(0);
  expect(await world.ledger.find(event.id)).toMatchObject({ status: "queued", generation: 1 });
  expect(await world.queue.placeOf({ id: event.id, generation: 1 })).toBe("underway");
  await handle({ id: event.id, generation: 1 });
  expect(send).toHaveBeenCalledTimes(1);
});

test("a click stored after the write finds the event waiting, and wakes it once", async () => {
  const { event, clickArrives } = await eventOf("after");
  const { handle, send } = handlerWith(async () => {});
  await handle({ id: event.id, generation: 0 });
  expect((await world.ledger.find(event.id))?.status).toBe("waiting_click");
  const { woken, conversation } = await clickArrives();
  expect(woken).toBe(1);
  expect(await world.lives.waitingFor(lookupsOfConversation(conversation), 10)).toEqual([]);
  await handle({ id: event.id, generation: 1 });
  expect(send).toHaveBeenCalledTimes(1);
});

test("however a click and a turn fall together, nobody sleeps for ever and nobody has two jobs", async () => {
  for (let round = 0; round < 20; round += 1) {
    const { event, clickArrives } = await eventOf(`round-${round}`);
    const { handle } = handlerWith(async () => {});
    await Promise.all([handle({ id: event.id, generation: 0 }), clickArrives()]);
    const after = await world.ledger.find(event.id);
    expect(after?.status).toBe("queued");
    // Either the turn saw the click and sent (the fake records nothing), or the event was woken into one new life.
    expect([0, 1]).toContain(after?.generation);
    expect(await world.queue.placeOf({ id: event.id, generation: 2 })).toBe("missing");
  }
});
