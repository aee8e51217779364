import { anAttempt } from "@capi-relay/domain/builders";
import type { BulkRetryFilter } from "@capi-relay/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextRetryable, planBulkRetry } from "../src/index.ts";
import { hoursAgo, openInsight, worth } from "./an-insight.ts";

const EVERYTHING: BulkRetryFilter = {
  accountId: null,
  statuses: [],
  reason: null,
  eventName: null,
  acceptedFrom: null,
  acceptedTo: null,
  sparesPossiblyArrived: false,
};

let world: Awaited<ReturnType<typeof openInsight>>;
beforeEach(async () => {
  world = await openInsight();
});
afterEach(() => world.drop());

const rejected = (changes: Parameters<typeof world.stored>[0] = {}) =>
  world.stored({
    status: "rejected",
    reason: "meta_click_unknown",
    endedAt: hoursAgo(1),
    details: worth(10),
    ...changes,
  });

test("a plan tells what would be sent, what is too late, what may count twice and what was delivered", async () => {
  await rejected();
  await rejected({ details: worth(5, "EUR") });
  await rejected({ expiresAt: hoursAgo(1) });
  await rejected({ attempts: [anAttempt({ mayHaveArrived: true })] });
  await world.stored({ status: "delivered", endedAt: hoursAgo(1) });
  await world.stored({ status: "cancelled", reason: "cancelled_by_caller", endedAt: hoursAgo(1) });
  await world.stored({ status: "queued" });
  expect(await planBulkRetry(world.mongo, EVERYTHING, new Date())).toEqual({
    count: 4,
    values: [
      { currency: "BRL", value: 30 },
      { currency: "EUR", value: 5 },
    ],
    wouldExpire: 1,
    mayHaveArrived: 1,
    alreadyDelivered: 1,
    isTooLarge: false,
  });
});

test("what may have arrived can be spared, and a filter of other statuses means nothing", async () => {
  await rejected({ attempts: [anAttempt({ mayHaveArrived: true })] });
  const now = new Date();
  expect((await planBulkRetry(world.mongo, { ...EVERYTHING, sparesPossiblyArrived: true }, now)).count).toBe(0);
  expect((await planBulkRetry(world.mongo, { ...EVERYTHING, statuses: ["delivered"] }, now)).count).toBe(0);
  expect((await planBulkRetry(world.mongo, EVERYTHING, now)).count).toBe(1);
});

test("the events of an order come oldest first, each once, within the filter's own times", async () => {
  const order = { filter: { ...EVERYTHING, acceptedFrom: hoursAgo(6) }, endedBefore: new Date() };
  const events = [];
  for (const hours of [7, 5, 4, 4, 3, 2]) events.push(await rejected({ acceptedAt: hoursAgo(hours) }));
  const seen: string[] = [];
  for (let position = null; ; ) {
    const step: Awaited<ReturnType<typeof nextRetryable>> = await nextRetryable(world.mongo, { ...order, position }, 2);
    seen.push(...step.map(({ id }) => id));
    const last = step.at(-1);
    if (last === undefined) break;
    position = last as never;
  }
  expect(seen.sort()).toEqual(
    events
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  );
});

test("what ends after an order was given is none of its business", async () => {
  await rejected({ endedAt: new Date(Date.now() + 1_000) });
  expect(await nextRetryable(world.mongo, { filter: EVERYTHING, endedBefore: new Date(), position: null }, 10)).toEqual(
    [],
  );
});
