import { freePort } from "@capi-relay/local-services";
import { Queue } from "bullmq";
import { HelperProcess } from "../../stand/helper-process.ts";
import { cpuMsOf } from "../../stand/process-usage.ts";
import type { Servers } from "../../stand/servers.ts";

const QUEUE = "bare-route";

/** The route that only calls `queue.add`. */
export interface BareOpponent {
  readonly url: string;
  /** Its own processor time so far, in milliseconds, with that of Redis and MongoDB. */
  cpuMs(): number;
  forgetJobs(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBareOpponent(servers: Servers): Promise<BareOpponent> {
  const port = await freePort();
  const route = await HelperProcess.start(new URL("../../../opponents/bare-route.ts", import.meta.url), [
    QUEUE,
    servers.redisUrl,
    String(port),
  ]);
  const queue = new Queue(QUEUE, { connection: servers.redis });
  return {
    url: `http://127.0.0.1:${port}/conversions`,
    cpuMs: () => cpuMsOf(route.pid) + servers.storesCpuMs(),
    forgetJobs: () => queue.obliterate({ force: true }),
    stop: async () => {
      await queue.close();
      await route.stop();
    },
  };
}
