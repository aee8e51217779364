import { parseArgs } from "node:util";
import { type DrainRate, timeDrain } from "./drain-clock.ts";
import { HelperProcess } from "./helper-process.ts";
import type { LoadPlan, LoadReport } from "./load/load-plan.ts";
import { median } from "./median.ts";
import { Relay } from "./relay.ts";
import { type Servers, startServers } from "./servers.ts";
import { shopsOf } from "./shops.ts";

/** One way to run the relay. */
interface Variation {
  readonly what: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workers?: number;
  readonly accounts?: number;
}

const EVENTS = 10_000;
const ROUNDS = 2;
const USUAL_ACCOUNTS = 4;

const VARIATIONS: readonly Variation[] = [
  ...["500", "1000", "2000", "4000"].map((one) => ({
    what: `WORKER_CONCURRENCY=${one}`,
    env: { WORKER_CONCURRENCY: one },
  })),
  ...["50", "100", "250", "500"].map((one) => ({
    what: `META_BATCH_MAX_EVENTS=${one}`,
    env: { META_BATCH_MAX_EVENTS: one },
  })),
  ...[1, 2, 4].map((workers) => ({ what: `${workers} workers`, workers })),
  ...[1, 100, 10_000].map((accounts) => ({ what: `${accounts} accounts`, accounts })),
];

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });

/**
 * `pnpm bench:growth [--only <words>]`: how the drain rate changes with the settings, the workers and the accounts. One line
 * each, of those that hold these words.
 */
const servers = await startServers((line) => process.stdout.write(`${line}\n`));
const load = await HelperProcess.start<LoadPlan, LoadReport>(new URL("./load/main.ts", import.meta.url));
try {
  for (const [at, variation] of VARIATIONS.filter(({ what }) => what.includes(values.only)).entries()) {
    process.stdout.write(`${await measure(servers, variation, `growth-${at}`)}\n`);
  }
} finally {
  await load.stop();
  await servers.stop();
}

async function measure(on: Servers, { what, env = {}, workers = 1, accounts }: Variation, name: string) {
  const shops = shopsOf(accounts ?? USUAL_ACCOUNTS);
  const relay = await Relay.start(on, name, { workers, env });
  try {
    // Nobody's clicks: the events bring their own, so that any number of accounts is open in time.
    await relay.open(shops, 0);
    const rates: DrainRate[] = [];
    const graphBefore = await on.graphCounts();
    for (let round = 0; round <= ROUNDS; round += 1) {
      await relay.hold();
      await load.ask({
        kind: "fill",
        url: `${relay.apiUrl}/v1/whatsapp/conversions/batch`,
        apiKey: relay.apiKey,
        shops,
        run: `${name}-${round}`,
        bringsClick: true,
        connections: 4,
        events: EVENTS,
      });
      const { fast, slow, alone } = relay.queue.bullQueues;
      const rate = await timeDrain({
        queues: [fast, slow, alone],
        start: () => relay.goOn(),
        jobs: EVENTS,
        cpuMs: () => ({ workers: relay.workerCpuMs(), ...on.cpuMs() }),
      });
      // The first round warms up.
      if (round > 0) rates.push(rate);
    }
    const { requests, events } = await on.graphCounts();
    const cpu = (part: string) => median(rates.map(({ cpuUs }) => cpuUs[part] ?? 0)).toFixed(0);
    const perThousand = ((requests - graphBefore.requests) * 1_000) / (events - graphBefore.events);
    return [
      what.padEnd(28),
      `${median(rates.map(({ perSecond }) => perSecond)).toFixed(0)}/s`.padStart(8),
      `  µs: workers ${cpu("workers")}, Redis ${cpu("redis")}, MongoDB ${cpu("mongo")};`,
      ` ${perThousand.toFixed(0)} requests per 1,000`,
    ].join("");
  } finally {
    await relay.stop();
  }
}
