import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LeaseStore, type MongoConnection } from "../src/index.ts";
import { openDatabase } from "./a-database.ts";

const MINUTE_MS = 60_000;

let mongo: MongoConnection;
let leases: LeaseStore;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  leases = new LeaseStore(mongo);
});

afterAll(() => drop());

test("of twenty that want a duty nobody ever had, one gets it", async () => {
  const duty = randomUUID();
  const takes = await Promise.all(Array.from({ length: 20 }, (_, n) => leases.take(duty, `worker-${n}`, MINUTE_MS)));
  expect(takes.filter(Boolean)).toHaveLength(1);
});

test("its holder renews a duty, and nobody else gets it meanwhile", async () => {
  const duty = randomUUID();
  expect(await leases.take(duty, "first", MINUTE_MS)).toBe(true);
  expect(await leases.take(duty, "second", MINUTE_MS)).toBe(false);
  expect(await leases.take(duty, "first", MINUTE_MS)).toBe(true);
});

test("a duty lapses by the database's clock, and then one other gets it", async () => {
  const duty = randomUUID();
  await leases.take(duty, "first", 1);
  await vi.waitFor(async () => expect(await leases.take(duty, "second", MINUTE_MS)).toBe(true));
  expect(await leases.take(duty, "first", MINUTE_MS)).toBe(false);
  const { until } = (await mongo.native.leases.findOne({ _id: duty })) ?? {};
  expect(until?.getTime()).toBeGreaterThan(Date.now());
});

test("a duty given back goes to the next at once, and only its holder can give it back", async () => {
  const duty = randomUUID();
  await leases.take(duty, "first", MINUTE_MS);
  await leases.release(duty, "second");
  expect(await leases.take(duty, "second", MINUTE_MS)).toBe(false);
  await leases.release(duty, "first");
  expect(await leases.take(duty, "second", MINUTE_MS)).toBe(true);
});
