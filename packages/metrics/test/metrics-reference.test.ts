import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  addStockGauges,
  DeliveryMetrics,
  GraphMetrics,
  HttpMetrics,
  IntakeMetrics,
  openRegistry,
} from "../src/index.ts";

const reference = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "metrics.md"), "utf8");

test("the reference lists every metric of ours with its labels, and no other", async () => {
  const registry = openRegistry();
  for (const Metrics of [IntakeMetrics, HttpMetrics, GraphMetrics, DeliveryMetrics]) new Metrics(registry);
  const nothing = async () => ({});
  addStockGauges(registry, {
    queueJobs: nothing,
    ledgerEvents: nothing,
    alertsOpen: nothing,
    onTrouble: () => {},
    nowMs: () => 0,
  });
  const made = registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith("capi_relay_"))
    .map((metric) => `${metric.name} ${(metric as unknown as { labelNames: string[] }).labelNames.join(", ")}`);
  const listed = [...reference.matchAll(/^\| `(capi_relay_[a-z_]+)` +\| ([^|]*)\|/gm)].map(
    ([, name, labels = ""]) => `${name} ${labels.replaceAll("`", "").trim()}`,
  );
  expect(made.length).toBeGreaterThan(10);
  expect(listed.toSorted()).toEqual(made.toSorted());
});

test("the alert rules and the rest speak of metrics that exist", () => {
  const known = new Set([...reference.matchAll(/^\| `(capi_relay_[a-z_]+)`/gm)].map(([, name]) => name));
  const mentioned = [...reference.matchAll(/capi_relay_[a-z_]+/g)].map(([name]) => name);
  expect(mentioned.filter((name) => !known.has(name))).toEqual([]);
});
