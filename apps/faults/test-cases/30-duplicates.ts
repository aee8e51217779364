import { expect, test } from "vitest";
import { metricTotal } from "../src/metric-total.ts";
import { openShop, purchase } from "../src/shop.ts";
import { startCluster } from "../src/with-cluster.ts";

test("30: duplicates inside one batch request get answers of their own; accounts are independent", async () => {
  const cluster = await startCluster();
  const one = await openShop(cluster, "shop-30-one");
  const two = await openShop(cluster, "shop-30-two");
  const events = [
    purchase(cluster, one, "order-1"),
    purchase(cluster, one, "order-1"),
    purchase(cluster, one, "order-1", { value: 99 }),
    purchase(cluster, two, "order-1"),
    purchase(cluster, one, "order-2"),
  ];
  const { status, body } = await cluster.orders.call("POST", "/v1/whatsapp/conversions/batch", { events });
  expect(status).toBe(200);
  expect(body.results.map((result: { index: number }) => result.index)).toEqual([0, 1, 2, 3, 4]);
  expect(body.results.map((result: { duplicate?: boolean }) => result.duplicate === true)).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
  expect(body.results[2].error.code).toBe("event_id_conflict");
  await expect.poll(() => cluster.ledger.byStatus(), { timeout: 15_000 }).toEqual({ delivered: 3 });
  expect(cluster.sandbox.copies().length).toBe(3);

  // I11: what the metrics count is what the ledger holds.
  const [api = "", worker = ""] = await Promise.all([cluster.api, ...cluster.workers].map((app) => app.metrics()));
  expect(metricTotal(api ?? "", "capi_relay_events_accepted_total")).toBe(3);
  expect(metricTotal(api ?? "", "capi_relay_events_duplicate_total")).toBe(1);
  expect(metricTotal(api ?? "", "capi_relay_events_refused_total", 'code="event_id_conflict"')).toBe(1);
  expect(metricTotal(worker ?? "", "capi_relay_deliveries_total", 'outcome="delivered"')).toBe(3);
});
