import { RelayDrainer } from "../drains/relay-drainer.ts";
import { Relay } from "../stand/relay.ts";
import { SHOPS } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";
import type { Sizes } from "./sizes.ts";

/** The relay that is measured: with one worker, open for every shop, told of every customer's click, and warm. */
export interface WarmRelay {
  readonly relay: Relay;
  readonly drainer: RelayDrainer;
  /** What its worker held in memory when it had delivered its first events and rested. */
  readonly restedAtMb: number;
}

/** Starts it and lets it deliver its first events: code that was never run is slow, here as with the opponents. */
export async function startWarmRelay(
  stand: Stand,
  { warmUp }: Pick<Sizes, "warmUp">,
  progress: (line: string) => void,
): Promise<WarmRelay> {
  progress("starting a relay, and telling it of its customers' clicks");
  const relay = await Relay.start(stand.servers, "bench-relay", { workers: 1 });
  try {
    await relay.open(SHOPS);
    progress(`warming it up with ${warmUp} events`);
    const drainer = new RelayDrainer(relay, stand);
    await drainer.fillAndDrain(warmUp);
    return { relay, drainer, restedAtMb: await relay.restingMb() };
  } catch (error) {
    await relay.stop();
    throw error;
  }
}
