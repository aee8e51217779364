import { setTimeout as sleep } from "node:timers/promises";
import { type DrainRate, timeDrain } from "../drain-clock.ts";
import { type Figure, ratioOf } from "../figure.ts";
import { median } from "../median.ts";
import { rssBytesOf } from "../process-usage.ts";
import { Relay } from "../relay.ts";
import { SHOPS } from "../shops.ts";
import type { Workbench } from "../workbench.ts";

const BYTES_PER_MB = 1024 * 1024;

/** Whether the relay gets slower, or larger, when much is queued: two of them side by side, one with a backlog. */
export async function measureBacklog(bench: Workbench): Promise<Figure[]> {
  const { servers, sizes, progress } = bench;
  const { few, many, rounds } = sizes.backlog;
  const calm = await bench.relay();
  const busy = await Relay.startOpen(servers, "bench-busy", progress);
  try {
    const filling = new Filling(bench);
    for (const relay of [calm, busy]) {
      await filling.fill(relay, few);
      await drain(bench, relay, few);
    }
    const early = await restingMb(busy);

    progress(`backlog: queueing ${many} events`);
    await filling.fill(busy, many);
    const rates: { calm: number; busy: number }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`backlog: round ${round} of ${rounds}`);
      await filling.fill(calm, few);
      rates.push({
        calm: (await drain(bench, calm, few)).perSecond,
        busy: (await drain(bench, busy, few)).perSecond,
      });
      await busy.hold();
    }
    progress("backlog: draining the rest");
    await busy.goOn();
    await untilDelivered(busy, few + many);
    const late = await restingMb(busy);

    const calmRate = median(rates.map((rate) => rate.calm));
    const busyRate = median(rates.map((rate) => rate.busy));
    return [
      {
        name: "backlog_growth",
        ours: busyRate,
        peer: calmRate,
        ratio: ratioOf(busyRate, calmRate),
        notes: [`with ${many} events queued, against ${few}`],
      },
      {
        name: "worker_memory_growth",
        ours: late,
        peer: early,
        ratio: ratioOf(late, early),
        notes: [`after ${few + many} events, against ${few}`],
      },
    ];
  } finally {
    await busy.stop();
  }
}

class Filling {
  readonly #bench: Workbench;
  #fills = 0;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  /** Queues events that stay where they are. */
  async fill(relay: Relay, events: number): Promise<void> {
    this.#fills += 1;
    await relay.hold();
    await this.#bench.load.ask({
      kind: "fill",
      url: `${relay.apiUrl}/v1/whatsapp/conversions/batch`,
      apiKey: relay.apiKey,
      shops: SHOPS,
      run: `backlog-${this.#fills}`,
      connections: 4,
      events,
    });
  }
}

function drain({ servers }: Workbench, relay: Relay, jobs: number): Promise<DrainRate> {
  const { fast, slow, alone } = relay.queue.bullQueues;
  return timeDrain({
    queues: [fast, slow, alone],
    start: () => relay.goOn(),
    jobs,
    cpuMs: () => ({ worker: relay.workerCpuMs(), ...servers.cpuMs() }),
  });
}

async function untilDelivered(relay: Relay, events: number): Promise<void> {
  for (let seen = -1, stuck = 0; ; ) {
    const delivered = await relay.count("delivered");
    if (delivered === events) return;
    stuck = delivered === seen ? stuck + 1 : 0;
    if (stuck > 60) throw new Error(`${delivered} of ${events} events were delivered, and no more`);
    seen = delivered;
    await sleep(500);
  }
}

/** What the worker holds once it has nothing to do: the least of some looks, since a collection may be due. */
async function restingMb(relay: Relay): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 5; look += 1) {
    await sleep(200);
    looks.push(...relay.workerPids.map((pid) => rssBytesOf(pid) / BYTES_PER_MB));
  }
  return Math.min(...looks);
}
