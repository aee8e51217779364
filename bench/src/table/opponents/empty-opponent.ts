import { randomBytes } from "node:crypto";
import { ConversionQueue } from "@capi-relay/queue";
import { type Drainer, timeDrain } from "../../drains/drain-clock.ts";
import { HelperProcess } from "../../stand/helper-process.ts";
import { cpuMsOf } from "../../stand/process-usage.ts";
import type { Servers } from "../../stand/servers.ts";

/** Whichever is the faster one counts. */
export const CEILING_CONCURRENCIES = [100, 500];
/** More than these at once would be refused: see `ConversionQueue`. */
const AT_A_TIME = 10_000;

/** The worker that does nothing, on jobs as the relay queues them. */
export async function startEmptyOpponent(servers: Servers, concurrency: number): Promise<Drainer> {
  const prefix = `empty-${concurrency}`;
  const jobs = new ConversionQueue({ redis: servers.redis, prefix }, () => undefined);
  const queue = jobs.bullQueues.fast;
  const worker = await HelperProcess.start(new URL("../../../opponents/empty-worker.ts", import.meta.url), [
    queue.name,
    prefix,
    String(concurrency),
    servers.redisUrl,
  ]);
  return {
    drain: async (events) => {
      await queue.pause();
      const dueAt = new Date();
      const add = () =>
        jobs.add({ id: `e${randomBytes(16).toString("base64url")}`, generation: 0, eventName: "Purchase", dueAt });
      for (let left = events; left > 0; left -= AT_A_TIME) {
        await Promise.all(Array.from({ length: Math.min(left, AT_A_TIME) }, add));
      }
      return timeDrain({
        queues: [queue],
        start: () => queue.resume(),
        jobs: events,
        cpuMs: () => ({ worker: cpuMsOf(worker.pid), ...servers.cpuMs() }),
      });
    },
    stop: async () => {
      await worker.stop();
      await jobs.close();
    },
  };
}
