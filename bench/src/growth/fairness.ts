import { deliveryTimes } from "../drains/delivery-times.ts";
import { percentile } from "../median.ts";
import { Relay } from "../stand/relay.ts";
import { type BenchShop, shopsOf } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";

export const FAIRNESS = "beside another's backlog";

const BACKLOG = 30_000;
const PER_SECOND = 10;
const SECONDS = 15;

/**
 * One account hands in a backlog, and another a few events a second meanwhile: how long those take from `202` to
 * `delivered`.
 */
export async function measureFairness(name: string, stand: Stand): Promise<string> {
  const relay = await Relay.start(stand.servers, name, { workers: 1 });
  try {
    const [giant, corner] = shopsOf(2) as [BenchShop, BenchShop];
    await relay.open([giant, corner], 0);
    const pace = { shops: [corner], perSecond: PER_SECOND, seconds: SECONDS, bringsClick: true };
    const alone = await deliveryTimes(relay, stand, { ...pace, run: "alone" });
    await stand.load.ask({
      kind: "fill",
      url: `${relay.apiUrl}/v1/whatsapp/conversions/batch`,
      apiKey: relay.apiKey,
      bringsClick: true,
      shops: [giant],
      run: "backlog",
      connections: 4,
      events: BACKLOG,
    });
    const before = await relay.count("queued");
    const beside = await deliveryTimes(relay, stand, { ...pace, run: "beside" });
    const after = await relay.count("queued");
    const told = (times: readonly number[]) => `${percentile(times, 0.5)} / ${percentile(times, 0.99)} ms`;
    return [
      `${FAIRNESS} (${before} to ${after} events left of it):`,
      `  p50 / p99 ${told(beside)}, alone ${told(alone)}`,
    ].join("\n");
  } finally {
    await relay.stop();
  }
}
