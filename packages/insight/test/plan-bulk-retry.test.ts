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
    count: 3,
    values: [
      { currency: "BRL", value: 20 },
      { currency: "EUR", value: 5 },
    ],
    mayHaveArrived: 1,
    tooOld: 1,
    alreadyDelivered: 1,
    samples: 0,
    isTooLarge: false,
  });
});

test("an order is too large by all that fits, whatever of it is spared", async () => {
  for (let one = 0; one < 3; one += 1) await rejected();
  await rejected({ attempts: [anAttempt({ mayHaveArrived: true })] });
  const filter = { ...EVERYTHING, sparesPossiblyArrived: true };
  expect(await planBulkRetry(world.mongo, filter, new Date(), 3)).toMatchObject({ isTooLarge: true });
  expect(await planBulkRetry(world.mongo, filter, new Date(), 4)).toMatchObject({ isTooLarge: false, count: 3 });
});

test("sample rows are in no figure of a plan, and in no order, because they can never be sent", async () => {
  const real = await rejected();
  await rejected({ sample: true });
  await rejected({ sample: true, expiresAt: hoursAgo(1) });
  await rejected({ sample: true, attempts: [anAttempt({ mayHaveArrived: true })] });
  const now = new Date();
  expect(await planBulkRetry(world.mongo, EVERYTHING, now)).toMatchObject({
    count: 1,
    values: [{ currency: "BRL", value: 10 }],
    mayHaveArrived: 0,
    tooOld: 0,
  });
  const order = { filter: EVERYTHING, endedBefore: now, position: null };
  expect((await nextRetryable(world.mongo, order, 10)).map(({ id }) => id)).toEqual([real.id]);
});

test("what is too old for Meta is no part of an order, and a plan says how much there is of it", async () => {
  await rejected({ acceptedAt: hoursAgo(20 * 24), expiresAt: hoursAgo(13 * 24), endedAt: hoursAgo(19 * 24) });
  await rejected({ acceptedAt: hoursAgo(6 * 24), expiresAt: hoursAgo(1) });
  const now = new Date();
  expect(await planBulkRetry(world.mongo, EVERYTHING, now)).toMatchObject({ count: 0, values: [], tooOld: 2 });
  expect(await nextRetryable(world.mongo, { filter: EVERYTHING, endedBefore: now, position: null }, 10)).toEqual([]);
});

test("what is spared is worth nothing to a plan, whatever its currency", async () => {
  await rejected({ details: worth(7, "EUR") });
  await rejected({ details: worth(5, "EUR"), attempts: [anAttempt({ mayHaveArrived: true })] });
  await rejected({ details: worth(3, "USD"), attempts: [anAttempt({ mayHaveArrived: true })] });
  const spared = await planBulkRetry(world.mongo, { ...EVERYTHING, sparesPossiblyArrived: true }, new Date());
  expect(spared).toMatchObject({ count: 1, values: [{ currency: "EUR", value: 7 }], mayHaveArrived: 0 });
});

test("a plan narrows by account, name, reason and time as a list does", async () => {
  await rejected({ acceptedAt: hoursAgo(5) });
  await rejected({ acceptedAt: hoursAgo(5), accountId: "another" });
  await rejected({ acceptedAt: hoursAgo(5), eventName: "AddToCart" });
  await rejected({ acceptedAt: hoursAgo(5), reason: "meta_currency_unsupported" });
  await rejected({ acceptedAt: hoursAgo(9) });
  const counted = async (filter: Partial<BulkRetryFilter>) =>
    (await planBulkRetry(world.mongo, { ...EVERYTHING, ...filter }, new Date())).count;
  expect(await counted({})).toBe(5);
  expect(await counted({ accountId: "another" })).toBe(1);
  expect(await counted({ eventName: "AddToCart" })).toBe(1);
  expect(await counted({ reason: "meta_currency_unsupported" })).toBe(1);
  expect(await counted({ acceptedFrom: hoursAgo(6) })).toBe(4);
  expect(await counted({ acceptedTo: hoursAgo(6) })).toBe(1);
  expect(await counted({ statuses: ["failed"] })).toBe(0);
});

test("what may have arrived can be spared, and a filter of other statuses means nothing", async () => {
  await rejected({ attempts: [anAttempt({ mayHaveArrived: true })] });
  const now = new Date();
  expect((await planBulkRetry(world.mongo, { ...EVERYTHING, sparesPossiblyArrived: true }, now)).count).toBe(0);
  expect((await planBulkRetry(world.mongo, { ...EVERYTHING, statuses: ["delivered"] }, now)).count).toBe(0);
  expect((await planBulkRetry(world.mongo, EVERYTHING, now)).count).toBe(1);
});

test("a plan without tests leaves them out of every figure, and an order out of its events", async () => {
  const arrived = [anAttempt({ mayHaveArrived: true })];
  const real = await rejected();
  await rejected({ attempts: arrived });
  await rejected({ expiresAt: hoursAgo(1) });
  await world.stored({ status: "delivered", endedAt: hoursAgo(1) });
  const testCode = "TEST1";
  await rejected({ testCode, details: worth(7, "EUR") });
  await rejected({ testCode, attempts: arrived, details: worth(9, "EUR") });
  await rejected({ testCode, expiresAt: hoursAgo(1) });
  await world.stored({ testCode, status: "delivered", endedAt: hoursAgo(1) });
  const now = new Date();
  const filter = { ...EVERYTHING, withoutTests: true };
  const others = { tooOld: 1, alreadyDelivered: 1, values: [{ currency: "BRL", value: 20 }] };
  expect(await planBulkRetry(world.mongo, filter, now)).toMatchObject({ count: 2, mayHaveArrived: 1, ...others });
  const spared = { ...filter, sparesPossiblyArrived: true };
  const sparing = { ...others, values: [{ currency: "BRL", value: 10 }] };
  expect(await planBulkRetry(world.mongo, spared, now)).toMatchObject({ count: 1, mayHaveArrived: 0, ...sparing });
  const tests = await planBulkRetry(world.mongo, EVERYTHING, now);
  expect(tests).toMatchObject({ count: 4, mayHaveArrived: 2, tooOld: 2, alreadyDelivered: 2 });
  const order = { filter: spared, endedBefore: now, position: null };
  expect((await nextRetryable(world.mongo, order, 10)).map(({ id }) => id)).toEqual([real.id]);
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
