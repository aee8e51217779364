import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  addStockGauges,
  DeliveryMetrics,
  GraphMetrics,
  HttpMetrics,
  IntakeMetrics,
  openMetricsDoor,
  openRegistry,
} from "../src/index.ts";

type Registry = ReturnType<typeof openRegistry>;

/** The lines of one metric, without its help. */
async function linesOf(registry: Registry, name: string): Promise<string[]> {
  const text = await registry.metrics();
  return text.split("\n").filter((line) => line.startsWith(`capi_relay_${name}`));
}

describe("counters", () => {
  test("tell what came in, by names from closed lists", async () => {
    const registry = openRegistry();
    const intake = new IntakeMetrics(registry);
    intake.accepted("Purchase");
    intake.accepted("Purchase");
    intake.duplicate();
    intake.refused("event_time_too_old");
    intake.automatic("ignored");
    expect(await linesOf(registry, "events_")).toEqual([
      'capi_relay_events_accepted_total{event_name="Purchase"} 2',
      "capi_relay_events_duplicate_total 1",
      'capi_relay_events_refused_total{code="event_time_too_old"} 1',
    ]);
    expect(await linesOf(registry, "automatic")).toEqual(['capi_relay_automatic_events_total{outcome="ignored"} 1']);
  });

  test("tell what turns ended as and how long deliveries took, of delivered events alone", async () => {
    const registry = openRegistry();
    const deliveries = new DeliveryMetrics(registry);
    const acceptedAt = new Date("2026-11-20T12:00:00Z");
    const later = (seconds: number) => new Date(acceptedAt.getTime() + seconds * 1_000);
    const attempt = { trigger: "scheduled", eventTime: later(-60), acceptedAt, mayHaveArrived: false };
    deliveries.attempted({ ...attempt, delivered: true, endedAt: later(4) });
    deliveries.attempted({ ...attempt, delivered: false, mayHaveArrived: true, endedAt: later(9_999) });
    deliveries.turnEnded("delivered", null);
    deliveries.turnEnded("rejected", "meta_click_unknown");
    deliveries.swept({ requeued: 3, woken: 0 });
    const text = await registry.metrics();
    for (const line of [
      'capi_relay_deliveries_total{outcome="delivered",reason="none"} 1',
      'capi_relay_deliveries_total{outcome="rejected",reason="meta_click_unknown"} 1',
      'capi_relay_attempts_total{trigger="scheduled",may_have_arrived="true"} 1',
      "capi_relay_accepted_to_delivered_seconds_sum 4",
      "capi_relay_accepted_to_delivered_seconds_count 1",
      "capi_relay_event_time_to_delivered_seconds_sum 64",
      'capi_relay_sweeper_mended_total{what="requeued"} 3',
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).not.toContain("woken");
  });

  test("never show a time below zero: clocks of machines differ", async () => {
    const registry = openRegistry();
    const at = new Date("2026-11-20T12:00:00Z");
    const before = new Date(at.getTime() - 5_000);
    new DeliveryMetrics(registry).attempted({
      trigger: "scheduled",
      delivered: true,
      mayHaveArrived: false,
      eventTime: at,
      acceptedAt: at,
      endedAt: before,
    });
    expect(await linesOf(registry, "accepted_to_delivered_seconds_sum")).toEqual([
      "capi_relay_accepted_to_delivered_seconds_sum 0",
    ]);
  });

  test("stay bounded whatever codes the other side invents", async () => {
    const registry = openRegistry();
    const graph = new GraphMetrics(registry);
    for (let code = 0; code < 10_000; code += 1)
      graph.requested({ call: "events", status: 400, code, durationMs: 100 });
    graph.requested({ call: "dataset", status: "unclear", code: null, durationMs: 2_000 });
    const lines = await linesOf(registry, "graph_requests_total");
    expect(lines).toHaveLength(102);
    expect(lines).toContain('capi_relay_graph_requests_total{call="events",status="400",code="other"} 9900');
    expect(lines).toContain('capi_relay_graph_requests_total{call="dataset",status="unclear",code="none"} 1');
    expect(await linesOf(registry, "graph_request_duration_seconds_sum")).toContain(
      'capi_relay_graph_request_duration_seconds_sum{call="dataset"} 2',
    );
  });

  test("name routes by their pattern, and those that do not exist by nothing", async () => {
    const registry = openRegistry();
    const http = new HttpMetrics(registry);
    http.answered({ route: "/v1/accounts/:id", method: "GET", status: 200, durationMs: 12 });
    http.answered({ route: null, method: "GET", status: 404, durationMs: 1 });
    expect(await linesOf(registry, "http_request_duration_seconds_count")).toEqual([
      'capi_relay_http_request_duration_seconds_count{route="/v1/accounts/:id",method="GET",status="200"} 1',
      'capi_relay_http_request_duration_seconds_count{route="none",method="GET",status="404"} 1',
    ]);
  });
});

describe("gauges of the stores", () => {
  function gauges(changes: Partial<Parameters<typeof addStockGauges>[1]> = {}) {
    const registry = openRegistry();
    const looks = { count: 0 };
    const clock = { ms: 0 };
    const troubles: unknown[] = [];
    addStockGauges(registry, {
      queueJobs: async () => ({ fast: { waiting: 2, active: 1 }, slow: { waiting: 0 } }),
      ledgerEvents: async () => ({ queued: ++looks.count, held: 0 }),
      alertsOpen: async () => ({ account_paused: 1 }),
      onTrouble: (error) => troubles.push(error),
      nowMs: () => clock.ms,
      ...changes,
    });
    return { registry, looks, clock, troubles };
  }

  test("show jobs, unfinished events and open alerts", async () => {
    const { registry } = gauges();
    expect(await linesOf(registry, "queue_jobs")).toEqual([
      'capi_relay_queue_jobs{lane="fast",state="waiting"} 2',
      'capi_relay_queue_jobs{lane="fast",state="active"} 1',
      'capi_relay_queue_jobs{lane="slow",state="waiting"} 0',
    ]);
    expect(await linesOf(registry, "alerts_open")).toEqual(['capi_relay_alerts_open{kind="account_paused"} 1']);
  });

  test("look at most every 15 seconds, however many scrape", async () => {
    const { registry, looks, clock } = gauges();
    await Promise.all(Array.from({ length: 20 }, () => registry.metrics()));
    clock.ms = 14_999;
    await registry.metrics();
    expect(looks.count).toBe(1);
    clock.ms = 15_000;
    expect(await linesOf(registry, "ledger_events")).toContain('capi_relay_ledger_events{status="queued"} 2');
  });

  test("show nothing of a store that fails or never answers, and the rest all the same", async () => {
    const { registry, clock, troubles } = gauges({
      queueJobs: () => new Promise(() => {}),
      ledgerEvents: async () => {
        if (clock.ms > 0) throw new Error("away");
        return { queued: 7 };
      },
    });
    expect(await linesOf(registry, "ledger_events")).toEqual(['capi_relay_ledger_events{status="queued"} 7']);
    clock.ms = 20_000;
    const text = await registry.metrics();
    expect(text).not.toMatch(/^capi_relay_(queue_jobs|ledger_events)\{/m);
    expect(text).toContain('capi_relay_alerts_open{kind="account_paused"} 1');
    expect(troubles).toHaveLength(1);
  });
});

describe("the door", () => {
  const lines: { readonly line: object; readonly text: string }[] = [];
  const log = {
    info: (line: object, text: string) => void lines.push({ line, text }),
    error: (line: object, text: string) => void lines.push({ line, text }),
  };
  const lastAddress = () => (lines.at(-1)?.line as { address?: string } | undefined)?.address ?? "nowhere";

  test("answers a scrape, says that the process lives, and nothing else", async () => {
    const registry = openRegistry();
    const door = await openMetricsDoor(registry, { host: "127.0.0.1", port: 0, log });
    onTestFinished(() => door.close());
    const address = lastAddress();
    const scrape = await fetch(address);
    expect([scrape.status, scrape.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/plain")]);
    expect(await scrape.text()).toContain("process_resident_memory_bytes");
    expect((await fetch(new URL("/health/live", address))).status).toBe(200);
    expect((await fetch(new URL("/", address))).status).toBe(404);
    expect((await fetch(address, { method: "POST" })).status).toBe(405);
  });

  test("that nobody asked for stays shut", async () => {
    const before = lines.length;
    await (await openMetricsDoor(openRegistry(), { host: "127.0.0.1", port: undefined, log })).close();
    expect(lines).toHaveLength(before);
  });

  test("whose port is taken is told, and the process goes on", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const door = await openMetricsDoor(openRegistry(), { host: "127.0.0.1", port, log });
    await door.close();
    expect(lines.at(-1)).toMatchObject({ line: { port }, text: expect.stringContaining("give it a free one") });
  });

  test("tells nobody outside why a scrape failed", async () => {
    const registry = openRegistry();
    registry.metrics = async () => {
      throw new Error("canary");
    };
    const door = await openMetricsDoor(registry, { host: "127.0.0.1", port: 0, log });
    onTestFinished(() => door.close());
    const scrape = await fetch(lastAddress());
    expect([scrape.status, await scrape.text()]).toEqual([500, "The metrics could not be gathered.\n"]);
  });
});
