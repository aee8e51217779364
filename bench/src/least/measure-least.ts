import { SHOPS } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";
import { startWarmRelay } from "../table/warm-relay.ts";
import type { Contest } from "./contest.ts";
import { contestOfLeaving } from "./contest-of-leaving.ts";
import { contestsOfComing } from "./contests-of-coming.ts";
import { LeastRelay } from "./least-relay.ts";
import type { LeastSizes } from "./ring.ts";

/** The relay and the least relay beside those that the table measures them by, all in the same rounds. */
export async function measureLeast(
  stand: Stand,
  sizes: LeastSizes,
  progress: (line: string) => void,
): Promise<Contest[]> {
  const { relay, drainer } = await startWarmRelay(stand, sizes, progress);
  try {
    const least = await LeastRelay.start(stand.servers, SHOPS);
    try {
      const ring = { ...stand, relay, drainer, least, sizes, progress };
      const leaving = await contestOfLeaving(ring);
      for (const one of [relay, least]) {
        await one.hold();
        await one.stopWorkers();
      }
      return [leaving, ...(await contestsOfComing(ring))];
    } finally {
      await least.stop();
    }
  } finally {
    await relay.stop();
  }
}
