import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "../figure.ts";
import { percentile } from "../median.ts";
import type { Relay } from "../relay.ts";
import { GRAPH_LATENCY_MS } from "../servers.ts";
import { SHOPS } from "../shops.ts";
import type { Workbench } from "../workbench.ts";

const EVENTS_PER_SECOND = 50;
const WARM_UP_SECONDS = 1;
const GIVE_UP_AFTER_MS = 30_000;

/** How long an event takes from its 202 until the ledger says `delivered`, beyond Meta's own time, when little is going on. */
export async function measureLatency(bench: Workbench): Promise<Figure[]> {
  const { load, relay, sizes, progress } = bench;
  const pace = async (run: string, seconds: number) => {
    const { accepted } = await load.ask({
      kind: "paced",
      url: `${relay.apiUrl}/v1/whatsapp/conversions`,
      apiKey: relay.apiKey,
      shops: SHOPS,
      run,
      perSecond: EVENTS_PER_SECOND,
      seconds,
    });
    return overheads(relay, accepted);
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

/** The ledger's times are MongoDB's; on one machine that is the clock of the order systems, too. */
async function overheads(
  relay: Relay,
  accepted: readonly { readonly id: string; readonly at: number }[],
): Promise<number[]> {
  const acceptedAt = new Map(accepted.map(({ id, at }) => [id, at]));
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const rows = await relay.events
      .find<{ _id: string; endedAt: Date }>({ status: "delivered" }, { projection: { endedAt: 1 } })
      .toArray();
    const ended = rows.filter(({ _id }) => acceptedAt.has(_id));
    if (ended.length === accepted.length) {
      return ended.map(({ _id, endedAt }) => endedAt.getTime() - (acceptedAt.get(_id) ?? 0) - GRAPH_LATENCY_MS);
    }
    if (performance.now() > giveUpAt) throw new Error(`${ended.length} of ${accepted.length} events were delivered`);
    await sleep(100);
  }
}
