import { Queue } from "bullmq";
import type { BulkReport, BulkRequest } from "../../../opponents/bulk-producer.ts";
import { HelperProcess } from "../../stand/helper-process.ts";
import { cpuMsOf } from "../../stand/process-usage.ts";
import type { Servers } from "../../stand/servers.ts";
import { BATCH_SENDERS, type Rate } from "../measures/loading.ts";

const QUEUE = "bulk";

/** `queue.addBulk`, and nothing else. */
export interface BulkOpponent {
  /** Makes so many jobs. */
  fill(jobs: number): Promise<void>;
  /** How fast it makes jobs, over so many seconds. */
  rate(seconds: number): Promise<Rate>;
  forgetJobs(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBulkOpponent(servers: Servers): Promise<BulkOpponent> {
  const producer = await HelperProcess.start<BulkRequest, BulkReport>(
    new URL("../../../opponents/bulk-producer.ts", import.meta.url),
    [QUEUE, servers.redisUrl],
  );
  const queue = new Queue(QUEUE, { connection: servers.redis });
  const cpuMs = () => cpuMsOf(producer.pid) + servers.storesCpuMs();
  return {
    fill: async (jobs) => void (await producer.ask({ senders: 1, jobs })),
    rate: async (seconds) => {
      const before = cpuMs();
      const { jobs, seconds: took } = await producer.ask({ senders: BATCH_SENDERS, seconds });
      return { events: jobs, perSecond: jobs / took, cpuUs: ((cpuMs() - before) * 1_000) / jobs };
    },
    forgetJobs: () => queue.obliterate({ force: true }),
    stop: async () => {
      await queue.close();
      await producer.stop();
    },
  };
}
