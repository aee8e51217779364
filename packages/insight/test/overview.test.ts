import { AlertStore, ClickCaptureStore, type RefusalCount, RefusalStore } from "@capi-relay/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OverviewPorts, readOverview } from "../src/index.ts";
import { HOUR_MS, hoursAgo, openInsight, worth } from "./an-insight.ts";

let world: Awaited<ReturnType<typeof openInsight>>;
let refusals: RefusalCount[];

beforeEach(async () => {
  world = await openInsight();
  refusals = [];
});
afterEach(() => world.drop());

function ports(): OverviewPorts {
  return {
    rollups: world.rollups,
    refusals: new RefusalStore(world.mongo),
    clickCaptures: new ClickCaptureStore(world.mongo),
    alerts: new AlertStore(world.mongo),
  };
}

async function overview(accountId: string | null = null, period: "24h" | "7d" | "30d" = "24h") {
  await new RefusalStore(world.mongo).add(refusals.splice(0));
  return readOverview(ports(), accountId === null ? null : { accountId, wabaId: "10001" }, period, new Date());
}

test("an installation without events has an overview of nothing", async () => {
  const { series, totals, deliveryRate, timeToDelivered, countedUntil } = await overview();
  expect(series).toHaveLength(24);
  expect(totals.accepted).toBe(0);
  expect(deliveryRate).toBeNull();
  expect(timeToDelivered).toEqual({ p50Ms: null, p95Ms: null });
  expect(countedUntil).toBeNull();
});

test("every ending is counted as what it means, and the rate leaves out what was cancelled and who never came from an ad", async () => {
  const acceptedAt = hoursAgo(3);
  const endedAt = new Date(acceptedAt.getTime() + 2_000);
  for (const status of [
    "delivered",
    "delivered",
    "delivered",
    "rejected",
    "skipped",
    "expired",
    "failed",
    "cancelled",
  ] as const)
    await world.stored({ status, acceptedAt, endedAt, details: worth(10) });
  await world.stored({ status: "skipped", reason: "no_ctwa_clid", acceptedAt, endedAt });
  await world.stored({ status: "delivered", acceptedAt: hoursAgo(40), endedAt: hoursAgo(39) });
  await world.count();
  const { totals, deliveryRate, timeToDelivered } = await overview();
  expect(totals).toEqual({
    accepted: 9,
    delivered: 3,
    refusedByMeta: 1,
    noAdClick: 1,
    lostCredit: 3,
    cancelled: 1,
    refusedAtIntake: 0,
  });
  expect(deliveryRate).toBeCloseTo(3 / 7);
  expect(timeToDelivered.p50Ms).toBeGreaterThan(1_800);
  expect(timeToDelivered.p95Ms).toBeLessThan(2_200);
});

test("how many waited at each hour's end is what had come in and not yet ended", async () => {
  const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const at = (hours: number) => new Date(start - hours * HOUR_MS + 60_000);
  await world.stored({ status: "held", reason: "paused_by_operator", acceptedAt: at(10) });
  await world.stored({ status: "delivered", acceptedAt: at(8), endedAt: at(5) });
  await world.stored({ status: "rejected", reason: "meta_click_unknown", acceptedAt: at(6), endedAt: at(2) });
  await world.count();
  const { series, waitingNow } = await overview();
  expect(waitingNow).toBe(1);
  const waiting = Object.fromEntries(
    series.map(({ start: hour, waiting }) => [(start - hour.getTime()) / HOUR_MS, waiting]),
  );
  expect([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((hour) => waiting[hour])).toEqual([
    0, 1, 1, 2, 2, 3, 2, 2, 2, 1, 1, 1,
  ]);
});

test("days that are over are counted as they were, also how much waited then", async () => {
  const today = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const at = (daysAgo: number, hour: number) => new Date(today - daysAgo * 24 * HOUR_MS + hour * HOUR_MS);
  await world.stored({ status: "delivered", acceptedAt: at(9, 3), endedAt: at(3, 4) });
  await world.stored({ status: "delivered", acceptedAt: at(6, 3), endedAt: at(6, 4) });
  await world.stored({ status: "delivered", acceptedAt: at(5, 23), endedAt: at(4, 0) });
  await world.stored({ acceptedAt: at(2, 3) });
  await world.count();
  const days = { from: at(6, 0), until: at(4, 0) };
  const { kind, range, series, totals, waitingNow } = await readOverview(ports(), null, days, new Date());
  expect([kind, range, series.length]).toEqual(["hour", days, 48]);
  expect([totals.accepted, totals.delivered, waitingNow]).toEqual([2, 1, 1]);
  expect([series.at(0)?.waiting, series.at(-1)?.waiting]).toEqual([1, 2]);
  const long = { from: at(10, 0), until: at(0, 24) };
  expect((await readOverview(ports(), null, long, new Date())).series).toHaveLength(11);
});

test("thirty days are thirty points, and one account sees only its own", async () => {
  await world.stored({ status: "delivered", acceptedAt: hoursAgo(500), endedAt: hoursAgo(499) });
  await world.stored({ accountId: "other", status: "delivered", acceptedAt: hoursAgo(500), endedAt: hoursAgo(499) });
  await world.count();
  expect((await overview(null, "30d")).series).toHaveLength(30);
  expect((await overview(null, "30d")).totals.delivered).toBe(2);
  expect((await overview("other", "30d")).totals.delivered).toBe(1);
  expect((await overview("other", "7d")).totals.delivered).toBe(0);
});

test("value at risk is told by time left and currency, and what merely waits for a click stands apart", async () => {
  const left = (hours: number) => ({ expiresAt: new Date(Date.now() + hours * HOUR_MS) });
  await world.stored({ status: "held", reason: "meta_token_invalid", ...left(2), details: worth(100) });
  await world.stored({ status: "held", reason: "meta_token_invalid", ...left(2), details: worth(5, "EUR") });
  await world.stored({ status: "queued", ...left(20), details: worth(30) });
  await world.stored({ status: "outcome_unknown", reason: "no_clear_answer", ...left(100), details: worth(7) });
  await world.stored({ status: "outcome_unknown", reason: "no_clear_answer", ...left(-1), details: worth(8) });
  await world.stored({ status: "waiting_click", reason: "no_click_yet", ...left(1), details: worth(999) });
  await world.stored({ status: "held", testCode: "TEST1", ...left(2), details: worth(1_000) });
  await world.count();
  const { valueAtRisk } = await overview();
  expect(valueAtRisk.byTimeLeft.map(({ left: until, count, values }) => [until, count, values])).toEqual([
    [
      "under_6h",
      2,
      [
        { currency: "BRL", value: 100 },
        { currency: "EUR", value: 5 },
      ],
    ],
    ["under_24h", 1, [{ currency: "BRL", value: 30 }]],
    ["under_3d", 0, []],
    ["more", 1, [{ currency: "BRL", value: 7 }]],
    ["passed", 1, [{ currency: "BRL", value: 8 }]],
  ]);
  expect(valueAtRisk.waitingForClick).toEqual({ count: 1, values: [{ currency: "BRL", value: 999 }] });
  await world.mongo.native.events.deleteMany({ status: "held" });
  await world.count();
  expect((await overview()).valueAtRisk.total.count).toBe(3);
});

test("reasons are ranked by how many events they hold back or ended", async () => {
  for (let event = 0; event < 3; event += 1)
    await world.stored({ status: "skipped", reason: "no_ctwa_clid", endedAt: hoursAgo(1), acceptedAt: hoursAgo(2) });
  await world.stored({ status: "held", reason: "meta_token_invalid", details: worth(9) });
  await world.count();
  expect((await overview()).reasons).toEqual([
    { reason: "no_ctwa_clid", status: "skipped", count: 3, values: [] },
    { reason: "meta_token_invalid", status: "held", count: 1, values: [{ currency: "BRL", value: 9 }] },
  ]);
});

test("what was turned away at the door is counted, and a repeat is no loss", async () => {
  const hour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  refusals = [
    { accountId: "acct42", hour, code: "event_name_refused", eventName: "Lead", count: 4 },
    { accountId: null, hour, code: "missing_field", eventName: null, count: 1 },
    { accountId: "acct42", hour, code: "duplicate", eventName: null, count: 50 },
  ];
  const all = await overview();
  expect(all.totals.refusedAtIntake).toBe(5);
  expect(all.series.at(-1)?.refusedAtIntake).toBe(5);
  expect(all.intakeRefusals).toEqual([
    { code: "event_name_refused", count: 4 },
    { code: "missing_field", count: 1 },
  ]);
  expect((await overview("acct42")).totals.refusedAtIntake).toBe(4);
});

test("what order systems have to mend is told of the last 24 hours, whatever the period, by account and code", async () => {
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const [now, before] = [new Date(thisHour), new Date(thisHour - 24 * HOUR_MS)];
  const [mine, other] = [
    { accountId: "acct42", eventName: null },
    { accountId: "other", eventName: null },
  ];
  await world.stored({ acceptedAt: new Date() });
  await world.stored({ acceptedAt: hoursAgo(25) });
  await world.count();
  refusals = [
    { ...mine, hour: now, code: "missing_field", count: 3 },
    { ...mine, hour: now, code: "unknown_field", count: 4 },
    { ...mine, hour: now, code: "duplicate", count: 90 },
    { ...mine, hour: before, code: "missing_field", count: 1_000 },
    { ...other, hour: now, code: "event_name_switched_off", count: 500 },
    { ...other, hour: now, code: "missing_field", count: 6 },
  ];
  for (const period of ["24h", "7d", "30d"] as const) {
    const { hours, byAccount } = (await overview(null, period)).intakeLately;
    expect(hours).toHaveLength(24);
    expect(hours.at(-1)).toEqual({ start: now, accepted: 1, toMend: 13 });
    expect(hours.slice(0, -1).every(({ accepted, toMend }) => accepted + toMend === 0)).toBe(true);
    expect(byAccount).toEqual([
      {
        accountId: "acct42",
        count: 7,
        toMend: [
          { code: "unknown_field", count: 4 },
          { code: "missing_field", count: 3 },
        ],
      },
      { accountId: "other", count: 506, toMend: [{ code: "missing_field", count: 6 }] },
    ]);
  }
});

test("a number whose clicks are no longer captured is told from one that does well", async () => {
  const today = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS;
  const captures = new ClickCaptureStore(world.mongo);
  for (let daysAgo = 0; daysAgo < 7; daysAgo += 1) {
    const day = new Date(today - daysAgo * 24 * HOUR_MS);
    await captures.add([
      {
        wabaId: "10001",
        phoneNumberId: "1",
        day,
        withClickId: daysAgo < 2 ? 5 : 48,
        withoutClickId: daysAgo < 2 ? 45 : 2,
      },
      { wabaId: "10002", phoneNumberId: "2", day, withClickId: 9, withoutClickId: 1 },
    ]);
  }
  const { clickCapture } = await overview();
  expect(clickCapture.map(({ phoneNumberId, drop }) => [phoneNumberId, drop])).toEqual([
    ["1", { since: new Date(today - 24 * HOUR_MS), rateBefore: 0.96, rateSince: 0.1, lost: 90 }],
    ["2", null],
  ]);
  expect(clickCapture[1]?.rate).toBeCloseTo(0.9);
  expect(clickCapture[0]?.days).toHaveLength(30);
});

test("open alerts are there, each for its account", async () => {
  const alerts = new AlertStore(world.mongo);
  await alerts.raise({ kind: "account_paused", accountId: "acct42", detail: "meta_token_invalid" }, new Date());
  await alerts.raise({ kind: "account_paused", accountId: "other", detail: "meta_token_invalid" }, new Date());
  expect((await overview()).openAlerts).toHaveLength(2);
  expect((await overview("other")).openAlerts.map(({ accountId }) => accountId)).toEqual(["other"]);
});
