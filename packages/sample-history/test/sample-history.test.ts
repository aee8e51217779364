import { AccountStore, EventLedger, EventLives, type EventRow, type MongoConnection } from "@capi-relay/storage";
import { aLedgerEvent, openDatabase, vault } from "@capi-relay/storage/builders";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clearSampleHistory, SAMPLE_SHOPS, seedSampleHistory } from "../src/index.ts";

const NOW = new Date();
const COUNT = 3_000;
/** From these a worker or the sweeper sends by itself. */
const LIVE = ["queued", "retry_scheduled", "sending"];

let mongo: MongoConnection;
let accounts: AccountStore;
let real: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ mongo, drop } = await openDatabase());
  accounts = new AccountStore(mongo, vault);
  const event = aLedgerEvent();
  real = event.id;
  await new EventLedger(mongo, vault).accept(event);
  await seed();
});
afterAll(() => drop());

const seed = (isHealthy = false) =>
  seedSampleHistory({
    isHealthy,
    mongo,
    accounts,
    count: COUNT,
    seed: 42,
    now: NOW,
    phoneKeyOf: (digits) => `k${digits}`,
    onProgress: () => {},
  });
const samples = (): Promise<EventRow[]> => mongo.native.events.find({ sample: true }).sort({ _id: 1 }).toArray();

test("the same seed makes the same history, and a second planting replaces the first", async () => {
  const first = await samples();
  await seed();
  expect(await samples()).toEqual(first);
});

test("it has as many events as asked for, of every kind of ending and of every shop", async () => {
  const rows = await samples();
  expect(Math.abs(rows.length - COUNT)).toBeLessThan(SAMPLE_SHOPS.length);
  expect(new Set(rows.map(({ accountId }) => accountId))).toEqual(new Set(SAMPLE_SHOPS.map(({ id }) => id)));
  const statuses = new Set(rows.map(({ status }) => status));
  for (const status of ["delivered", "rejected", "skipped", "failed", "cancelled", "held", "waiting_click"] as const)
    expect(statuses).toContain(status);
});

test("no event of it lies in the future, and only ended ones have an ending", async () => {
  for (const { acceptedAt, endedAt, status } of await samples()) {
    expect(acceptedAt.getTime()).toBeLessThanOrEqual(NOW.getTime());
    expect(endedAt === null).toBe(["held", "waiting_click", "outcome_unknown"].includes(status));
    expect(endedAt?.getTime() ?? 0).toBeLessThanOrEqual(NOW.getTime());
  }
});

test("nothing of it can ever be sent: no row is live, and none becomes so", async () => {
  const lives = new EventLives(mongo, vault);
  for (const row of await samples()) expect(LIVE).not.toContain(row.status);
  // Some of each status: all at once would wait for a connection longer than one may.
  const alive = [...Map.groupBy(await samples(), ({ status }) => status).values()].flatMap((rows) =>
    rows.filter(({ expiresAt }) => expiresAt > NOW).slice(0, 10),
  );
  const requeued = await Promise.all(
    alive.map(({ _id, generation, status }) => lives.requeue({ id: _id, generation }, [status], new Date(), "manual")),
  );
  expect(requeued.length).toBeGreaterThan(0);
  expect(requeued.filter((row) => row !== null)).toEqual([]);
});

test("the figures are counted with it", async () => {
  const days = await mongo.native.rollups.find({ _id: /^day\|.*\|\*$/ as never }).toArray();
  expect(days.length).toBeGreaterThanOrEqual(30);
  const tests = (await samples()).filter(({ testCode }) => testCode !== null).length;
  const accepted = days.flatMap((day) => day.accepted).reduce((sum, { count }) => sum + count, 0);
  expect(accepted).toBe((await samples()).length - tests + 1);
});

test("a healthy history leaves no account in trouble, and nothing to find out", async () => {
  await seed(true);
  const inTrouble = { sample: true as const, status: { $in: ["held" as const, "outcome_unknown" as const] } };
  expect(await mongo.native.events.countDocuments(inTrouble)).toBe(0);
  const states = (await accounts.list()).map(({ state, switchedOffEventNames }) => [state, switchedOffEventNames]);
  expect(states).toEqual(SAMPLE_SHOPS.map(() => ["active", []]));
});

test("removing it leaves what is real", async () => {
  await clearSampleHistory(mongo);
  expect(await samples()).toEqual([]);
  expect(await accounts.list()).toEqual([]);
  expect(await mongo.native.events.countDocuments({})).toBe(1);
  expect(await mongo.native.events.findOne({})).toMatchObject({ _id: real });
  expect((await mongo.native.standing.findOne({ _id: "*" }))?.amounts).toMatchObject([{ status: "queued", count: 1 }]);
});
