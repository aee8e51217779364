import { median } from "../../median.ts";
import { type Figure, ratioOf } from "../figure.ts";
import { startBareOpponent } from "../opponents/bare-opponent.ts";
import { startBulkOpponent } from "../opponents/bulk-opponent.ts";
import type { Workbench } from "../workbench.ts";
import { bytesPerJob } from "./bytes-per-job.ts";
import { BATCH_SENDERS, Loading, type Rate, SINGLE_CONNECTIONS } from "./loading.ts";

/** How fast events come in, and what each costs in Redis; no worker runs meanwhile. */
export async function measureIntake(bench: Workbench): Promise<Figure[]> {
  const { servers, relay, sizes, progress } = bench;
  progress("stopping the worker, starting the bare route and the bulk producer");
  await relay.hold();
  await relay.stopWorkers();
  const bare = await startBareOpponent(servers);
  const bulk = await startBulkOpponent(servers);
  try {
    const conversions = `${relay.apiUrl}/v1/whatsapp/conversions`;
    const loading = new Loading(bench, relay.apiKey);
    const ourCpuMs = () => relay.apiCpuMs() + servers.storesCpuMs();
    // First, while Redis is small: what it frees behind the rounds would be taken for less memory per job.
    const bytes = await bytesPerJob(bench, loading, `${conversions}/batch`, bulk);
    const rounds: Round[] = [];
    for (let round = sizes.warmUpShare > 0 ? 0 : 1; round <= sizes.rounds; round += 1) {
      progress(round === 0 ? "intake: warming up" : `intake: round ${round} of ${sizes.rounds}`);
      const seconds = sizes.intakeSeconds * (round === 0 ? sizes.warmUpShare : 1);
      const results = {
        ours: await loading.rateOfRelay("singles", conversions, SINGLE_CONNECTIONS, seconds, ourCpuMs),
        bare: await loading.rate("singles", bare.url, SINGLE_CONNECTIONS, seconds, bare.cpuMs),
        ourBatches: await loading.rateOfRelay("batches", `${conversions}/batch`, BATCH_SENDERS, seconds, ourCpuMs),
        bulk: await bulk.rate(seconds),
      };
      if (round > 0) rounds.push(results);
      // What lies in Redis costs nobody time, but a small machine its memory.
      await Promise.all([bare.forgetJobs(), bulk.forgetJobs()]);
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
    await Promise.all([bare.stop(), bulk.stop()]);
  }
}

type Round = Readonly<Record<"ours" | "bare" | "ourBatches" | "bulk", Rate>>;
