import type { Drainer, DrainRate } from "../drains/drain-clock.ts";
import { RelayDrainer } from "../drains/relay-drainer.ts";
import { bestOf, cpuUsOf } from "../drains/several-drains.ts";
import { SHOPS } from "../stand/shops.ts";
import { CEILING_CONCURRENCIES, startEmptyOpponent } from "../table/opponents/empty-opponent.ts";
import { NAIVE_CONCURRENCY, startNaiveOpponent } from "../table/opponents/naive-opponent.ts";
import { type Contest, inRounds, type Speed } from "./contest.ts";
import type { Ring } from "./ring.ts";

/** How fast queued events leave. */
export async function contestOfLeaving(ring: Ring): Promise<Contest> {
  const { servers, drainer, least, sizes, progress } = ring;
  const leastDrainer = new RelayDrainer(least, ring);
  const opponents: Drainer[] = [];
  try {
    const naive = await startNaiveOpponent(servers, SHOPS, NAIVE_CONCURRENCY);
    opponents.push(naive);
    for (const concurrency of CEILING_CONCURRENCIES) opponents.push(await startEmptyOpponent(servers, concurrency));
    const [, ...empties] = opponents;
    const speeds = await inRounds(sizes.rounds, async (name) => {
      progress(`events leave: ${name}`);
      return {
        ours: speedOf(await drainer.fillAndDrain(sizes.drain.ours)),
        least: speedOf(await leastDrainer.fillAndDrain(sizes.drain.ours)),
        naive: speedOf(await naive.drain(sizes.drain.naive)),
        empty: speedOf(await bestOf(empties, sizes.drain.empty)),
      };
    });
    return {
      what: "Events leave",
      runners: [
        { who: "the relay", ...speeds.ours },
        { who: "the least relay", ...speeds.least },
        { who: "by hand, 50 at a time", ...speeds.naive },
        { who: "an empty processor", ...speeds.empty },
      ],
      yardsticks: [
        { column: "to by hand", ...speeds.naive },
        { column: "to empty", ...speeds.empty },
      ],
    };
  } finally {
    await Promise.all(opponents.map((one) => one.stop()));
  }
}

const speedOf = (rate: DrainRate): Speed => ({ perSecond: rate.perSecond, cpuUs: cpuUsOf([rate]) });
