import { expect, test } from "vitest";
import { LedgerCount } from "../src/checks/ledger-count.ts";
import { MetaCount } from "../src/checks/meta-count.ts";
import { RelayDrainer } from "../src/drains/relay-drainer.ts";
import type { LoadPlan } from "../src/load/load-plan.ts";
import type { EventCounts } from "../src/stand/servers.ts";
import { SHOPS } from "../src/stand/shops.ts";

const BEFORE: EventCounts = { distinct: 100, copies: 3 };

/** A sandbox that first counts as said above, and then as given, on top of it. */
function countingMeta(...since: readonly EventCounts[]) {
  const answers = [BEFORE, ...since.map(({ distinct, copies }) => ({ distinct: 100 + distinct, copies: 3 + copies }))];
  return { eventCounts: async () => answers.shift() ?? BEFORE };
}

/** A drainer whose relay takes all that it is given and lets it go at once, whatever Meta counts of it. */
function drainerWith(meta: ReturnType<typeof countingMeta>): RelayDrainer {
  let queued = 0;
  const lane = (jobs: () => number) => ({ getJobCounts: async () => ({ wait: jobs() }) });
  const relay = {
    apiUrl: "http://127.0.0.1:9",
    apiKey: "cr_nobody",
    queue: { bullQueues: { fast: lane(() => queued), slow: lane(() => 0), alone: lane(() => 0) } },
    hold: async () => undefined,
    goOn: async () => {
      queued = 0;
    },
    count: async () => 0,
    workerCpuMs: () => 0,
  };
  const load = {
    ask: async (plan: LoadPlan) => {
      const events = plan.kind === "fill" ? plan.events : 0;
      queued += events;
      return { events, seconds: 1, accepted: [] };
    },
  };
  return new RelayDrainer(relay, { servers: { ...meta, cpuMs: () => ({ redis: 0, mongo: 0 }) }, load });
}

test("Meta's count fits where every event was counted exactly once since then", async () => {
  const count = await MetaCount.fromNowOn(countingMeta({ distinct: 10, copies: 0 }), SHOPS);
  await expect(count.mustBe(10)).resolves.toBeUndefined();
});

test.for([
  { what: "one is missing", since: { distinct: 9, copies: 0 }, says: "9 of 10 events (copies: 0)" },
  { what: "one is there twice", since: { distinct: 10, copies: 1 }, says: "10 of 10 events (copies: 1)" },
  { what: "a copy stands in for a lost one", since: { distinct: 9, copies: 1 }, says: "9 of 10 events (copies: 1)" },
])("a drain does not count when $what at Meta", async ({ since, says }) => {
  await expect(drainerWith(countingMeta(since)).fillAndDrain(10)).rejects.toThrow(says);
});

test("a drain counts when Meta has each event once, and the next one is counted from there", async () => {
  const drainer = drainerWith(
    countingMeta({ distinct: 10, copies: 0 }, { distinct: 10, copies: 0 }, { distinct: 14, copies: 0 }),
  );
  await expect(drainer.fillAndDrain(10)).resolves.toMatchObject({ perSecond: expect.any(Number) });
  await expect(drainer.fillAndDrain(5)).rejects.toThrow("4 of 5 events (copies: 0)");
});

test("drains that overlap a backlog are judged when the rest of it is delivered", async () => {
  const drainer = drainerWith(countingMeta({ distinct: 29, copies: 0 }));
  await drainer.fill(10);
  await drainer.fill(20);
  await drainer.drainSome(5);
  await expect(drainer.drainRest()).rejects.toThrow("29 of 30 events (copies: 0)");
});

test("an intake does not count when the ledger does not hold all that was accepted", async () => {
  const rows = [100, 109, 110];
  const ledger = await LedgerCount.fromNowOn({ rows: async () => rows.shift() ?? 0 });
  await expect(ledger.mustBe(10)).rejects.toThrow("gained 9 rows of 10 accepted events");
  await expect(ledger.mustBe(10)).resolves.toBeUndefined();
});
