import { check } from "../checker.ts";
import { Cluster } from "../cluster.ts";
import { gatherEvidence } from "../evidence.ts";
import { openShop, purchase, purchases } from "../shop.ts";
import type { Violation } from "../violation.ts";
import { clickBetweenLookAndWrite } from "./click-between-look-and-write.ts";
import { LONG_QUEUE, longQueue } from "./long-queue.ts";
import { manyClaimers } from "./many-claimers.ts";

/** What a scenario found: nothing, unless the relay is broken. */
type Scenario = () => Promise<Violation[]>;

/** Situations in which one rule alone keeps the books right. Each ends by itself and reports what the checker says. */
export const SCENARIOS = {
  plain_delivery: async () =>
    withCluster({}, async (cluster) => {
      const shop = await openShop(cluster, "shop");
      await cluster.orders.sendAll(purchases(cluster, shop, 5));
      return atRest(cluster);
    }),

  worker_dies_before_sending: async () =>
    withCluster({ workers: 0 }, async (cluster) => {
      const shop = await openShop(cluster, "shop");
      const doomed = await cluster.startWorker({ FAULT_POINT: "before_send" });
      await cluster.orders.sendAll(purchases(cluster, shop, 5));
      await doomed.ended();
      await cluster.startWorker();
      return atRest(cluster);
    }),

  many_claimers: async () => withCluster({ workers: 0 }, manyClaimers),

  long_queue: async () => withCluster(LONG_QUEUE, (cluster) => longQueue(cluster, 300, 15)),

  click_between_look_and_write: clickBetweenLookAndWrite,

  answer_after_the_lease: async () =>
    withCluster({ workers: 0, sandboxEnv: { SANDBOX_LATENCY_MS: "1000" } }, async (cluster) => {
      const shop = await openShop(cluster, "shop");
      // Delays as in earnest, so that the sweeper comes after 15 s and the record has its chance before.
      await cluster.startWorker({ DELAY_SCALE: "1" });
      await cluster.orders.sendAll([purchase(cluster, shop, "order-1")]);
      while (cluster.sandbox.copies().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // Meta has it and its answer is on the way: a jump of MongoDB's clock ends the lease before it could be renewed.
      await cluster.ledger.events.updateMany({ status: "sending" }, { $set: { "claim.until": new Date(0) } });
      return atRest(cluster);
    }),
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

async function withCluster(
  options: Parameters<typeof Cluster.start>[0],
  play: (cluster: Cluster) => Promise<Violation[]>,
): Promise<Violation[]> {
  const cluster = await Cluster.start(options);
  try {
    return await play(cluster);
  } finally {
    await cluster.stop();
  }
}

async function atRest(cluster: Cluster): Promise<Violation[]> {
  await cluster.ledger.atRest(60_000);
  return check(await gatherEvidence(cluster));
}
