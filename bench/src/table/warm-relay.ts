import { RelayDrainer } from "../drains/relay-drainer.ts";
import type { LoadPlan, LoadReport } from "../load/load-plan.ts";
import type { HelperProcess } from "../stand/helper-process.ts";
import { Relay } from "../stand/relay.ts";
import type { Servers } from "../stand/servers.ts";
import { SHOPS } from "../stand/shops.ts";
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
  servers: Servers,
  load: HelperProcess<LoadPlan, LoadReport>,
  { warmUp }: Sizes,
  progress: (line: string) => void,
): Promise<WarmRelay> {
  progress("starting a relay, and telling it of its customers' clicks");
  const relay = await Relay.start(servers, "bench-relay", { workers: 1 });
  try {
    await relay.open(SHOPS);
    progress(`warming it up with ${warmUp} events`);
    const drainer = new RelayDrainer(relay, servers, load);
    await drainer.fillAndDrain(warmUp);
    return { relay, drainer, restedAtMb: await relay.restingMb() };
  } catch (error) {
    await relay.stop();
    throw error;
  }
}
