import { deliveryTimes } from "../../drains/delivery-times.ts";
import { percentile } from "../../median.ts";
import { GRAPH_LATENCY_MS } from "../../stand/servers.ts";
import { SHOPS } from "../../stand/shops.ts";
import type { Figure } from "../figure.ts";
import type { Workbench } from "../workbench.ts";

const EVENTS_PER_SECOND = 50;
const WARM_UP_SECONDS = 1;

/**
 * How long an event takes from its 202 until the ledger says `delivered`, beyond Meta's own time, when little is going
 * on.
 */
export async function measureLatency(bench: Workbench): Promise<Figure[]> {
  const { relay, sizes, progress } = bench;
  const pace = async (run: string, seconds: number) => {
    const times = await deliveryTimes(relay, bench, { shops: SHOPS, run, perSecond: EVENTS_PER_SECOND, seconds });
    return times.map((ms) => ms - GRAPH_LATENCY_MS);
  };
  progress(`latency: ${sizes.latencySeconds} s at ${EVENTS_PER_SECOND} events a second`);
  await pace("warm-up", Math.min(WARM_UP_SECONDS, sizes.latencySeconds));
  const overheadsMs = await pace("measured", sizes.latencySeconds);
  const p99 = percentile(overheadsMs, 0.99);
  return [
    {
      name: "latency_overhead_ms",
      ours: percentile(overheadsMs, 0.5),
      peer: 0,
      ratio: null,
      p99,
      notes: [`the slowest of a hundred takes ${p99} ms`],
    },
  ];
}
