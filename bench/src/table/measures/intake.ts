import { freePort } from "@capi-relay/local-services";
import { Queue } from "bullmq";
import type { BulkReport, BulkRequest } from "../../../opponents/bulk-producer.ts";
import { median } from "../../median.ts";
import { HelperProcess } from "../../stand/helper-process.ts";
import { cpuMsOf } from "../../stand/process-usage.ts";
import { SHOPS } from "../../stand/shops.ts";
import { type Figure, ratioOf } from "../figure.ts";
import type { Workbench } from "../workbench.ts";

const CONNECTIONS = 100;
/** Order systems that send batches at the same time. */
const BATCH_SENDERS = 4;
const BARE_QUEUE = "bare-route";
const BULK_QUEUE = "bulk";

interface Rate {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** How fast events come in, and what each costs in Redis; no worker runs meanwhile. */
export async function measureIntake(bench: Workbench): Promise<Figure[]> {
  const { servers, relay, sizes, progress } = bench;
  progress("stopping the worker, starting the bare route and the bulk producer");
  await relay.hold();
  await relay.stopWorkers();
  const port = await freePort();
  const bare = await HelperProcess.start(new URL("../../../opponents/bare-route.ts", import.meta.url), [
    BARE_QUEUE,
    servers.redisUrl,
    String(port),
  ]);
  const bulk = await HelperProcess.start<BulkRequest, BulkReport>(
    new URL("../../../opponents/bulk-producer.ts", import.meta.url),
    [BULK_QUEUE, servers.redisUrl],
  );
  const queues = [BARE_QUEUE, BULK_QUEUE].map((name) => new Queue(name, { connection: servers.redis }));
  try {
    const conversions = `${relay.apiUrl}/v1/whatsapp/conversions`;
    const bareUrl = `http://127.0.0.1:${port}/conversions`;
    const loading = new Loading(bench, relay.apiKey);
    const ourCpuMs = () => relay.apiCpuMs() + storesCpuMs(bench);
    const bareCpuMs = () => cpuMsOf(bare.pid) + storesCpuMs(bench);
    // First, while Redis is small: what it frees behind the rounds would be taken for less memory per job.
    const bytes = await bytesPerJob(bench, loading, `${conversions}/batch`, bulk);
    const rounds: Round[] = [];
    for (let round = sizes.warmUpShare > 0 ? 0 : 1; round <= sizes.rounds; round += 1) {
      progress(round === 0 ? "intake: warming up" : `intake: round ${round} of ${sizes.rounds}`);
      const seconds = sizes.intakeSeconds * (round === 0 ? sizes.warmUpShare : 1);
      const results = {
        ours: await loading.rate("singles", conversions, CONNECTIONS, seconds, ourCpuMs),
        bare: await loading.rate("singles", bareUrl, CONNECTIONS, seconds, bareCpuMs),
        ourBatches: await loading.rate("batches", `${conversions}/batch`, BATCH_SENDERS, seconds, ourCpuMs),
        bulk: await bulkRate(bench, bulk, seconds),
      };
      if (round > 0) rounds.push(results);
      // What lies in Redis costs nobody time, but a small machine its memory.
      await Promise.all(queues.map((queue) => queue.obliterate({ force: true })));
    }
    const against = (name: "intake_vs_bare" | "batch_vs_bulk", ours: keyof Round, peer: keyof Round): Figure => {
      const rate = (who: keyof Round) => median(rounds.map((round) => round[who].perSecond));
      const cpu = (who: keyof Round) => median(rounds.map((round) => round[who].cpuUs));
      return {
        name,
        ours: rate(ours),
        peer: rate(peer),
        ratio: ratioOf(rate(ours), rate(peer)),
        oursCpuUs: cpu(ours),
        peerCpuUs: cpu(peer),
      };
    };
    return [against("intake_vs_bare", "ours", "bare"), against("batch_vs_bulk", "ourBatches", "bulk"), bytes];
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all([bare.stop(), bulk.stop()]);
  }
}

type Round = Readonly<Record<"ours" | "bare" | "ourBatches" | "bulk", Rate>>;

/** Load on a route. Every load has event ids of its own. */
class Loading {
  readonly #bench: Workbench;
  readonly #apiKey: string;
  #loads = 0;

  constructor(bench: Workbench, apiKey: string) {
    this.#bench = bench;
    this.#apiKey = apiKey;
  }

  async rate(
    kind: "singles" | "batches",
    url: string,
    connections: number,
    seconds: number,
    cpuMs: () => number,
  ): Promise<Rate> {
    const before = cpuMs();
    const report = await this.#bench.load.ask({ kind, connections, seconds, ...this.#aim(url) });
    return {
      perSecond: report.events / report.seconds,
      cpuUs: ((cpuMs() - before) * 1_000) / report.events,
    };
  }

  async fill(url: string, events: number): Promise<void> {
    await this.#bench.load.ask({ kind: "fill", connections: BATCH_SENDERS, events, ...this.#aim(url) });
  }

  #aim(url: string) {
    this.#loads += 1;
    return { url, apiKey: this.#apiKey, shops: SHOPS, run: `intake-${this.#loads}` };
  }
}

async function bulkRate(
  bench: Workbench,
  bulk: HelperProcess<BulkRequest, BulkReport>,
  seconds: number,
): Promise<Rate> {
  const cpuMs = () => cpuMsOf(bulk.pid) + storesCpuMs(bench);
  const before = cpuMs();
  const report = await bulk.ask({ senders: BATCH_SENDERS, seconds });
  return { perSecond: report.jobs / report.seconds, cpuUs: ((cpuMs() - before) * 1_000) / report.jobs };
}

function storesCpuMs({ servers }: Workbench): number {
  const { redis, mongo } = servers.cpuMs();
  return redis + mongo;
}

async function bytesPerJob(
  bench: Workbench,
  loading: Loading,
  batchUrl: string,
  bulk: HelperProcess<BulkRequest, BulkReport>,
): Promise<Figure> {
  const { sizes, progress } = bench;
  progress("memory per queued event");
  const jobs = sizes.queuedForBytes;
  // Once before it counts: scripts, streams and the like are made for the first job, whoever comes after it.
  await loading.fill(batchUrl, jobs);
  await bulk.ask({ senders: 1, jobs });
  const ours = await grownBy(bench, () => loading.fill(batchUrl, jobs));
  const peer = await grownBy(bench, () => bulk.ask({ senders: 1, jobs }));
  return { name: "redis_bytes_per_job", ours: ours / jobs, peer: peer / jobs, ratio: ratioOf(ours, peer) };
}

/** How many bytes of data Redis holds more afterwards; its buffers for clients and files are not counted. */
async function grownBy({ servers }: Workbench, fill: () => Promise<unknown>): Promise<number> {
  const bytes = async () => {
    const info = await servers.redis.info("memory");
    const read = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, "m").exec(info)?.[1] ?? 0);
    return read("used_memory") - read("mem_clients_normal") - read("mem_aof_buffer");
  };
  const before = await bytes();
  await fill();
  return (await bytes()) - before;
}
