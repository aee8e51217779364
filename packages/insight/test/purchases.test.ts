import type { EventReason, EventStatus } from "@capi-relay/contract";
import { AlertStore, ClickCaptureStore, type LedgerEvent, RefusalStore } from "@capi-relay/storage";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AtRisk, type Period, type Purchases, readOverview } from "../src/index.ts";
import { HOUR_MS, hoursAgo, openInsight, worth } from "./an-insight.ts";

const DAY_MS = 24 * HOUR_MS;
let world: Awaited<ReturnType<typeof openInsight>>;

beforeEach(async () => {
  world = await openInsight();
});
afterEach(() => world.drop());

async function purchasesOf(period: Period = "24h", accountId: string | null = null): Promise<Purchases> {
  const { mongo, rollups } = world;
  const stores = {
    rollups,
    refusals: new RefusalStore(mongo),
    clickCaptures: new ClickCaptureStore(mongo),
    alerts: new AlertStore(mongo),
  };
  const scope = accountId === null ? null : { accountId, wabaId: "10001" };
  return (await readOverview(stores, scope, period, new Date())).purchases;
}

const purchase = (status: EventStatus, reason: EventReason | null, value: number, more: Partial<LedgerEvent> = {}) =>
  world.stored({
    eventName: "Purchase",
    status,
    reason,
    details: worth(value),
    acceptedAt: hoursAgo(2),
    ...more,
  });
const ended = { endedAt: hoursAgo(1) };
const inBrl = (count: number, value: number): AtRisk => ({ count, values: [{ currency: "BRL", value }] });
const NONE: AtRisk = { count: 0, values: [] };

test("each purchase that was accepted has one fate, and the fates add up to all of them", async () => {
  await purchase("delivered", null, 1, ended);
  await purchase("delivered", null, 2, ended);
  await purchase("queued", null, 4);
  await purchase("held", "meta_token_invalid", 8);
  await purchase("outcome_unknown", "no_clear_answer", 16);
  await purchase("skipped", "no_ctwa_clid", 32, ended);
  await purchase("skipped", "click_window_expired", 64, ended);
  await purchase("skipped", "ambiguous_contact", 128, ended);
  await purchase("expired", "event_time_window_passed", 256, ended);
  await purchase("failed", "retries_exhausted", 512, ended);
  await purchase("rejected", "meta_click_unknown", 1_024, ended);
  await purchase("cancelled", "cancelled_by_caller", 2_048, ended);
  await world.stored({ eventName: "AddToCart", status: "delivered", details: worth(1_000_000), ...ended });
  await purchase("delivered", null, 9_999, { testCode: "TEST1", ...ended });
  await world.count();
  const { accepted, ...fates } = await purchasesOf();
  expect(fates).toEqual({
    delivered: inBrl(2, 3),
    on_their_way: inBrl(2, 12),
    in_doubt: inBrl(1, 16),
    no_ad_click: inBrl(1, 32),
    click_too_old: inBrl(1, 64),
    unclear_contact: inBrl(1, 128),
    expired: inBrl(1, 256),
    given_up: inBrl(1, 512),
    refused_by_meta: inBrl(1, 1_024),
    cancelled: inBrl(1, 2_048),
  });
  expect(accepted).toEqual(inBrl(12, 4_095));
});

test("a purchase belongs to the time in which it was accepted, however late it ended", async () => {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const at = (daysAgo: number, hour: number) => new Date(today - daysAgo * DAY_MS + hour * HOUR_MS);
  await purchase("delivered", null, 10, { acceptedAt: at(6, 23), endedAt: at(1, 1) });
  await purchase("delivered", null, 20, { acceptedAt: at(5, 0), endedAt: at(5, 0) });
  await purchase("outcome_unknown", "no_clear_answer", 40, { acceptedAt: at(6, 5) });
  await purchase("delivered", null, 80, { acceptedAt: hoursAgo(23), endedAt: hoursAgo(1) });
  await purchase("delivered", null, 160, { acceptedAt: hoursAgo(26), endedAt: hoursAgo(1) });
  await world.count();
  const sixth = await purchasesOf({ from: at(6, 0), until: at(5, 0) });
  expect([sixth.accepted, sixth.delivered, sixth.in_doubt]).toEqual([inBrl(2, 50), inBrl(1, 10), inBrl(1, 40)]);
  const lastDay = await purchasesOf("24h");
  expect([lastDay.accepted, lastDay.delivered, lastDay.in_doubt]).toEqual([inBrl(1, 80), inBrl(1, 80), NONE]);
  for (const period of ["7d", "30d"] as const)
    expect((await purchasesOf(period)).delivered, period).toEqual(inBrl(4, 270));
  expect((await purchasesOf("7d", "nobody")).accepted).toEqual(NONE);
});

test("what an earlier version has counted is counted anew, so that no old purchase seems to be on its way", async () => {
  await purchase("delivered", null, 10, { acceptedAt: hoursAgo(100), endedAt: hoursAgo(99) });
  await world.count();
  await world.mongo.native.rollups.updateMany({}, { $unset: { purchaseEndings: "" } });
  await world.mongo.native.rollupProgress.updateMany({}, { $unset: { version: "" } });
  await world.count();
  expect((await purchasesOf("7d")).delivered).toEqual(inBrl(1, 10));
});
