import { setTimeout as sleep } from "node:timers/promises";
import type { LoadReport } from "../load/load-plan.ts";
import type { Relay } from "../stand/relay.ts";

const LOOK_EVERY_MS = 100;
const GIVE_UP_AFTER_MS = 30_000;

/**
 * How long each event took from its 202 until the ledger says `delivered`, in milliseconds; waits until all are. The ledger's times
 * are MongoDB's; on one machine that is the clock of the order systems, too.
 */
export async function deliveryTimes(relay: Relay, accepted: LoadReport["accepted"]): Promise<number[]> {
  const acceptedAt = new Map(accepted.map(({ id, at }) => [id, at]));
  const theirs = { _id: { $in: accepted.map(({ id }) => id) }, status: "delivered" };
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const ended = await relay.events
      .find<{ _id: string; endedAt: Date }>(theirs as object, { projection: { endedAt: 1 } })
      .toArray();
    if (ended.length === accepted.length) {
      return ended.map(({ _id, endedAt }) => endedAt.getTime() - (acceptedAt.get(_id) ?? 0));
    }
    if (performance.now() > giveUpAt) throw new Error(`${ended.length} of ${accepted.length} events were delivered`);
    await sleep(LOOK_EVERY_MS);
  }
}
