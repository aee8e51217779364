import { expect, test, vi } from "vitest";
import { LONG_QUEUE, longQueue } from "../src/planted/long-queue.ts";
import { startCluster } from "../src/with-cluster.ts";

const EVENTS = 20_000;

// More than a minute on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

test("36: 20,000 events that wait in a long queue while the sweeper runs have one job each", async () => {
  const cluster = await startCluster(LONG_QUEUE);
  expect(await longQueue(cluster, EVENTS, 30)).toEqual([]);
  const rows = await cluster.ledger.rows({ status: "queued" });
  expect(rows.length).toBeGreaterThan(EVENTS * 0.9);
  // None was given a second life: the sweeper found each one's job and left it alone.
  expect(rows.filter(({ generation }) => generation !== 0)).toEqual([]);
});
