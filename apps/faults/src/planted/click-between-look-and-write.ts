import { check } from "../checker.ts";
import { Cluster } from "../cluster.ts";
import { gatherEvidence } from "../evidence.ts";
import { click, openShop } from "../shop.ts";
import type { Violation } from "../violation.ts";

const EVENTS = 120;
const SLOWNESS_MS = 400;
/** Before the first sweep of a worker whose delays are not scaled down (15 s): nobody else may wake the sleepers. */
const PATIENCE_MS = 10_000;

/**
 * The worker's way to MongoDB is slow, the API's is not: clicks are stored, and whoever waits is looked for, between
 * the worker's look that finds no click and its note that the event waits for one.
 */
export async function clickBetweenLookAndWrite(): Promise<Violation[]> {
  const cluster = await Cluster.start({ workers: 0, workerVia: ["mongo"] });
  try {
    const shop = await openShop(cluster, "shop");
    await cluster.startWorker({ DELAY_SCALE: "1", LEASE_SCALE: "1" });
    await cluster.proxy("worker", "mongo").suffer({ kind: "latency", delayMs: SLOWNESS_MS });
    const phones = Array.from({ length: EVENTS }, (_, at) => `4477${10_000_000 + at}`);
    const orders = phones.map((phoneE164) => ({
      accountId: shop.id,
      eventId: `order-${phoneE164}`,
      eventName: "LeadSubmitted",
      phoneE164,
    }));
    // A click every few milliseconds, so that some fall into the gap wherever it is.
    const clicking = (async () => {
      for (let from = 0; from < EVENTS; from += 10) {
        await click(cluster, shop, phones.slice(from, from + 10));
        await new Promise((resolve) => setTimeout(resolve, SLOWNESS_MS / 4));
      }
    })();
    await Promise.all([cluster.orders.sendAll(orders), clicking]);
    await allDelivered(cluster);
    return check(await gatherEvidence(cluster)).filter(({ invariant }) => invariant !== "I2");
  } finally {
    await cluster.stop();
  }
}

/** Resolves when nobody waits any more, or when the only ones who could still be woken in time are asleep for good. */
async function allDelivered(cluster: Cluster): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt && (await cluster.ledger.byStatus())["delivered"] !== EVENTS) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
