import type { LoadPlan, LoadReport } from "../load/load-plan.ts";
import { HelperProcess } from "./helper-process.ts";
import { type Servers, startServers } from "./servers.ts";

/** What everything is measured on, and who sends to it. */
export interface Stand {
  readonly servers: Servers;
  /** Order systems, in a process of their own. */
  readonly load: HelperProcess<LoadPlan, LoadReport>;
}

/** Starts the servers and the order systems, and ends them when `work` has ended, well or badly. */
export function withStand<Result>(
  say: (line: string) => void,
  work: (stand: Stand) => Promise<Result>,
): Promise<Result> {
  return withServers(say, async (servers) => {
    const load = await HelperProcess.start<LoadPlan, LoadReport>(new URL("../load/main.ts", import.meta.url));
    try {
      return await work({ servers, load });
    } finally {
      await load.stop();
    }
  });
}

/** The same without order systems, for what nobody sends to. */
export async function withServers<Result>(
  say: (line: string) => void,
  work: (servers: Servers) => Promise<Result>,
): Promise<Result> {
  const servers = await startServers(say);
  try {
    return await work(servers);
  } finally {
    await servers.stop();
  }
}
