import { type Figure, ratioOf } from "../figure.ts";
import type { BulkOpponent } from "../opponents/bulk-opponent.ts";
import type { Workbench } from "../workbench.ts";
import type { Loading } from "./loading.ts";

/** What one queued event takes of Redis' memory, beside a job that carries its payload. */
export async function bytesPerJob(
  bench: Workbench,
  loading: Loading,
  batchUrl: string,
  bulk: BulkOpponent,
): Promise<Figure> {
  const { sizes, progress } = bench;
  progress("memory per queued event");
  const jobs = sizes.queuedForBytes;
  // Once before it counts: scripts, streams and the like are made for the first job, whoever comes after it.
  await loading.fillRelay(batchUrl, jobs);
  await bulk.fill(jobs);
  const ours = await grownBy(bench, () => loading.fillRelay(batchUrl, jobs));
  const peer = await grownBy(bench, () => bulk.fill(jobs));
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
