import { RelayDrainer } from "../drains/relay-drainer.ts";
import { cpuUsOfPart, perSecondOf } from "../drains/several-drains.ts";
import { Relay } from "../stand/relay.ts";
import { shopsOf } from "../stand/shops.ts";
import type { Stand } from "../stand/with-stand.ts";
import type { Growth } from "./growth-line.ts";

/** One way to run the relay. */
export interface Variation {
  readonly what: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly accounts?: number;
  /** Drains after the one that warms up; where there is none, that one counts. */
  readonly rounds?: number;
}

const EVENTS = 10_000;
const USUAL_ROUNDS = 2;
const USUAL_ACCOUNTS = 4;

/** Drains 10,000 events each time, and tells how fast, at what cost, and what the workers hold afterwards. */
export async function measureVariation(
  { what, env = {}, workers = 1, accounts = USUAL_ACCOUNTS, rounds = USUAL_ROUNDS }: Variation,
  name: string,
  stand: Stand,
): Promise<Growth> {
  const { servers } = stand;
  const shops = shopsOf(accounts);
  const relay = await Relay.start(servers, name, { workers, env });
  try {
    // Nobody's clicks: the events bring their own, so that any number of accounts is open in time.
    await relay.open(shops, 0);
    const drainer = new RelayDrainer(relay, stand, { shops, bringsClick: true });
    const atStart = await servers.graphCounts();
    const warmUp = await drainer.fillAndDrain(EVENTS);
    const warm = await servers.graphCounts();
    const drains = [];
    for (let round = 1; round <= rounds; round += 1) drains.push(await drainer.fillAndDrain(EVENTS));
    const counted = drains.length === 0 ? [warmUp] : drains;
    const since = drains.length === 0 ? atStart : warm;
    const { requests, events } = await servers.graphCounts();
    return {
      what,
      perSecond: perSecondOf(counted),
      cpuUs: {
        worker: cpuUsOfPart("worker", counted),
        redis: cpuUsOfPart("redis", counted),
        mongo: cpuUsOfPart("mongo", counted),
      },
      requests: ((requests - since.requests) * 1_000) / (events - since.events),
      memoryMb: await relay.restingMb(),
    };
  } finally {
    await relay.stop();
  }
}
