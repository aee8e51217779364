import type { Drainer, DrainRate } from "../../drains/drain-clock.ts";
import { bestOf, cpuPartsOf, cpuUsOf, perSecondOf } from "../../drains/several-drains.ts";
import { SHOPS } from "../../stand/shops.ts";
import { type Figure, ratioOf } from "../figure.ts";
import { CEILING_CONCURRENCIES, startEmptyOpponent } from "../opponents/empty-opponent.ts";
import { NAIVE_CONCURRENCY, startNaiveOpponent } from "../opponents/naive-opponent.ts";
import type { Workbench } from "../workbench.ts";

/** WORKER_CONCURRENCY's default. */
const OUR_CONCURRENCY = 2_000;

/** How fast events leave: through the whole worker, and through those that people write by hand. */
export async function measureDrain(bench: Workbench): Promise<Figure[]> {
  const { servers, sizes, progress } = bench;
  progress("starting the hand-written workers");
  const drainers: Drainer[] = [];
  try {
    const [naive, equal, ...empties] = await Promise.all([
      startNaiveOpponent(servers, SHOPS, NAIVE_CONCURRENCY),
      startNaiveOpponent(servers, SHOPS, OUR_CONCURRENCY),
      ...CEILING_CONCURRENCIES.map((one) => startEmptyOpponent(servers, one)),
    ] as const);
    drainers.push(naive, equal, ...empties);
    const ours = new CountingDrainer(bench);
    const rounds: Round[] = [];
    // What comes before the first round warms everybody up: code that was never run is slow.
    for (let round = sizes.warmUpShare > 0 ? 0 : 1; round <= sizes.rounds; round += 1) {
      progress(round === 0 ? "drain: warming up" : `drain: round ${round} of ${sizes.rounds}`);
      const share = round === 0 ? sizes.warmUpShare : 1;
      const results = {
        ours: await ours.drain(sizes.drain.ours * share),
        naive: await naive.drain(sizes.drain.naive * share),
        equal: await equal.drain(sizes.drain.equal * share),
        ceiling: await bestOf(empties, sizes.drain.empty * share),
      };
      if (round > 0) rounds.push(results);
      else ours.forgetCounts();
    }
    return figuresOf(rounds, ours.counts());
  } finally {
    await Promise.all(drainers.map((drainer) => drainer.stop()));
  }
}

interface Counts {
  readonly events: number;
  readonly graphRequests: number;
  readonly mongoCommands: number;
  readonly redisCalls: number;
}

const NOTHING: Counts = { events: 0, graphRequests: 0, mongoCommands: 0, redisCalls: 0 };

/** The product, drained through its front door, and what its events cost in requests and commands. */
class CountingDrainer {
  readonly #bench: Workbench;
  #counts = NOTHING;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  async drain(events: number): Promise<DrainRate> {
    const { servers, drainer } = this.#bench;
    await drainer.fill(events);
    const graphBefore = await servers.graphCounts();
    const storesBefore = await servers.storeCommands();
    const rate = await drainer.drain();
    const graphAfter = await servers.graphCounts();
    const storesAfter = await servers.storeCommands();
    this.#counts = {
      events: this.#counts.events + events,
      graphRequests: this.#counts.graphRequests + graphAfter.requests - graphBefore.requests,
      mongoCommands: this.#counts.mongoCommands + storesAfter.mongo - storesBefore.mongo,
      redisCalls: this.#counts.redisCalls + storesAfter.redis - storesBefore.redis,
    };
    return rate;
  }

  counts(): Counts {
    return this.#counts;
  }

  forgetCounts(): void {
    this.#counts = NOTHING;
  }
}

type Round = Readonly<Record<"ours" | "naive" | "equal" | "ceiling", DrainRate>>;

function figuresOf(rounds: readonly Round[], counts: Counts): Figure[] {
  const drainsOf = (who: keyof Round) => rounds.map((round) => round[who]);
  const ours = drainsOf("ours");
  const against = (name: "drain_vs_naive" | "drain_vs_equal" | "drain_vs_ceiling", who: keyof Round): Figure => ({
    name,
    ours: perSecondOf(ours),
    peer: perSecondOf(drainsOf(who)),
    ratio: ratioOf(perSecondOf(ours), perSecondOf(drainsOf(who))),
    oursCpuUs: cpuUsOf(ours),
    peerCpuUs: cpuUsOf(drainsOf(who)),
  });
  const perThousand = (count: number) => (count * 1_000) / counts.events;
  return [
    {
      ...against("drain_vs_naive", "naive"),
      notes: [`µs of ours: ${cpuPartsOf(ours)}`],
    },
    against("drain_vs_equal", "equal"),
    against("drain_vs_ceiling", "ceiling"),
    {
      name: "graph_requests_per_1000",
      ours: perThousand(counts.graphRequests),
      peer: 1_000,
      ratio: ratioOf(perThousand(counts.graphRequests), 1_000),
      notes: [
        `also ${perThousand(counts.mongoCommands).toFixed(0)} MongoDB commands and ` +
          `${perThousand(counts.redisCalls).toFixed(0)} Redis calls`,
      ],
    },
  ];
}
