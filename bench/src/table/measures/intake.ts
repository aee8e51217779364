import { freePort } from "@capi-relay/local-services";
import { Queue } from "bullmq";
import type { BulkReport, BulkRequest } from "../../../opponents/bulk-producer.ts";
import { median } from "../../median.ts";
import { HelperProcess } from "../../stand/helper-process.ts";
import { cpuMsOf } from "../../stand/process-usage.ts";
import { type Figure, ratioOf } from "../figure.ts";
import type { Workbench } from "../workbench.ts";
import { bytesPerJob } from "./bytes-per-job.ts";
import { BATCH_SENDERS, Loading, type Rate } from "./loading.ts";

const CONNECTIONS = 100;
const BARE_QUEUE = "bare-route";
const BULK_QUEUE = "bulk";

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
        ours: await loading.rateOfRelay("singles", conversions, CONNECTIONS, seconds, ourCpuMs),
        bare: await loading.rate("singles", bareUrl, CONNECTIONS, seconds, bareCpuMs),
        ourBatches: await loading.rateOfRelay("batches", `${conversions}/batch`, BATCH_SENDERS, seconds, ourCpuMs),
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

async function bulkRate(
  bench: Workbench,
  bulk: HelperProcess<BulkRequest, BulkReport>,
  seconds: number,
): Promise<Rate> {
  const cpuMs = () => cpuMsOf(bulk.pid) + storesCpuMs(bench);
  const before = cpuMs();
  const report = await bulk.ask({ senders: BATCH_SENDERS, seconds });
  const cpuUs = ((cpuMs() - before) * 1_000) / report.jobs;
  return { events: report.jobs, perSecond: report.jobs / report.seconds, cpuUs };
}

function storesCpuMs({ servers }: Workbench): number {
  const { redis, mongo } = servers.cpuMs();
  return redis + mongo;
}
