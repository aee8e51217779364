import { setTimeout as sleep } from "node:timers/promises";
import { LedgerCount } from "../checks/ledger-count.ts";
import { MetaCount } from "../checks/meta-count.ts";
import type { LoadReport } from "../load/load-plan.ts";
import type { Relay } from "../stand/relay.ts";
import type { BenchShop } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";

const LOOK_EVERY_MS = 100;
const GIVE_UP_AFTER_MS = 30_000;

/** One event after the other, of these shops in turn. */
export interface Pace {
  readonly shops: readonly BenchShop[];
  /** Makes event ids unique among all loads. */
  readonly run: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** For shops whose customers nobody has told the relay of. */
  readonly bringsClick?: boolean;
}

/**
 * Sends events at a steady pace and waits until all are delivered: how long each took from its 202 until the ledger
 * says `delivered`, in milliseconds. Nobody else may send to the relay meanwhile.
 * @throws Error unless the ledger has gained a row for each, and Meta has counted each exactly once.
 */
export async function deliveryTimes(relay: Relay, { servers, load }: Stand, pace: Pace): Promise<number[]> {
  const ledger = await LedgerCount.fromNowOn(relay);
  const meta = await MetaCount.fromNowOn(servers, pace.shops);
  const url = `${relay.apiUrl}/v1/whatsapp/conversions`;
  const { accepted } = await load.ask({ kind: "paced", url, apiKey: relay.apiKey, ...pace });
  const times = await timesOf(relay, accepted);
  await ledger.mustBe(accepted.length);
  await meta.mustBe(accepted.length);
  return times;
}

/** The ledger's times are MongoDB's; on one machine that is the clock of the order systems, too. */
async function timesOf(relay: Relay, accepted: LoadReport["accepted"]): Promise<number[]> {
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
    if (performance.now() > giveUpAt)
      throw new Error(`${ended.length} of ${accepted.length} accepted events were delivered`);
    await sleep(LOOK_EVERY_MS);
  }
}
