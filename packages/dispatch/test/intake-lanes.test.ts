import type { DeliveryJobData } from "@capi-relay/queue";
import { expect, test, vi } from "vitest";
import { IntakeLanes } from "../src/intake-lanes.ts";

/**
 * A queue of which the test says who has been taken by a worker; portions are looked at whenever the clock is moved.
 */
function lanesOf(crowdAt = 10) {
  const taken = new Set<string>();
  let clock = Date.now();
  let jobs = 0;
  const isWaiting = vi.fn(async ({ id }: DeliveryJobData) => !taken.has(id));
  const lanes = new IntakeLanes({ queue: { isWaiting }, now: () => new Date(clock), crowdAt });
  const look = async (accountId = "shop") => {
    clock += 250;
    lanes.laneFor(accountId);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    lanes,
    isWaiting,
    look,
    add(accountId: string, count: number, dueInMs = 0): string[] {
      return Array.from({ length: count }, () => {
        jobs += 1;
        const id = `e${jobs}`;
        lanes.added({ id, generation: 0, accountId, dueAt: new Date(clock + dueInMs) }, lanes.laneFor(accountId));
        return id;
      });
    },
    take: (ids: readonly string[]) => {
      for (const id of ids) taken.add(id);
    },
  };
}

test("an account goes to the slow lane while more of its events wait than make a crowd, and others do not", () => {
  const { lanes, add } = lanesOf();
  add("giant", 10);
  expect(lanes.laneFor("giant")).toBe("fast");
  add("giant", 1);
  expect([lanes.laneFor("giant"), lanes.laneFor("shop")]).toEqual(["slow", "fast"]);
});

test("it comes back once its events have been taken", async () => {
  const { lanes, add, take, look } = lanesOf();
  const ids = add("giant", 15);
  await look();
  await look();
  expect(lanes.laneFor("giant")).toBe("slow");
  take(ids);
  await look();
  await look();
  expect(lanes.laneFor("giant")).toBe("fast");
});

test("what was taken no longer counts, what came since does", async () => {
  const { lanes, add, take, look } = lanesOf();
  const first = add("giant", 15);
  await look();
  add("giant", 6);
  take(first);
  await look();
  await look();
  expect(lanes.laneFor("giant")).toBe("fast");
  add("giant", 5);
  expect(lanes.laneFor("giant")).toBe("slow");
});

test("events that are not due yet are no crowd", () => {
  const { lanes, add } = lanesOf();
  add("giant", 50, 60_000);
  expect(lanes.laneFor("giant")).toBe("fast");
});

test("as long as all accounts together are no crowd, Redis is not asked; and then four times a second at most", async () => {
  const { lanes, add, look, isWaiting } = lanesOf();
  for (let n = 0; n < 10; n += 1) add(`shop-${n}`, 1);
  await look();
  expect(isWaiting).not.toHaveBeenCalled();
  add("shop", 1);
  await look();
  const asked = isWaiting.mock.calls.length;
  for (let n = 0; n < 100; n += 1) lanes.laneFor("shop");
  await new Promise((resolve) => setImmediate(resolve));
  expect(isWaiting.mock.calls.length).toBe(asked);
});

test("a queue that is away changes nothing", async () => {
  const { lanes, add, look, isWaiting } = lanesOf();
  add("giant", 15);
  await look();
  isWaiting.mockRejectedValue(new Error("away"));
  await look();
  await look();
  expect(lanes.laneFor("giant")).toBe("slow");
});
