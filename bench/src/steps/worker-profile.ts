import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** As much of a V8 CPU profile as is read here. Times are microseconds of the machine's monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Moments of the machine's monotonic clock, in microseconds. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Who the work is done for, by the folder or package a function is in. The first that fits. */
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/\/\.pnpm\/(bullmq|ioredis|@ioredis|msgpackr|standard-as-callback|redis-)/, "BullMQ and Redis' client"],
  [/\/\.pnpm\/(mongodb|mongoose|bson|kareem|mquery)/, "MongoDB's driver"],
  [/\/\.pnpm\/(pino|sonic-boom)|packages\/runtime\//, "one log line an event"],
  [/\/\.pnpm\/undici/, "HTTP to Meta"],
  [/packages\/(storage|vault)\//, "rows read, opened and written"],
  [/(apps\/worker|packages\/(domain|meta|coalesce|contract|queue|metrics|dispatch))\//, "the turn itself"],
  [/^node:(net|internal\/stream)/, "Node: sockets"],
  [/^node:/, "Node: the rest"],
];

/**
 * What a process spent its time on within `span`, in microseconds by owner, from the profile that `node --cpu-prof`
 * left in `folder`. A function belongs to the innermost owner on its stack; Node's own work to whoever asked for it.
 */
export async function readWorkerProfile(folder: string, span: Span): Promise<Map<string, number>> {
  const spent = new Map<string, number>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith(".cpuprofile")) continue;
    addUp(JSON.parse(await readFile(join(folder, file), "utf8")) as CpuProfile, span, spent);
  }
  return spent;
}

function addUp({ nodes, startTime, samples, timeDeltas }: CpuProfile, span: Span, spent: Map<string, number>): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const ownerOf = (sample: number): string | null => {
    const name = byId.get(sample)?.callFrame.functionName;
    if (name === "(idle)") return null;
    if (name === "(garbage collector)") return "collecting garbage";
    let node: string | null = null;
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const url = byId.get(id)?.callFrame.url ?? "";
      const owner = OWNERS.find(([where]) => where.test(url))?.[1];
      if (owner === undefined) continue;
      if (!url.startsWith("node:")) return owner;
      node ??= owner;
    }
    return node ?? "Node: the rest";
  };
  const owners = new Map<number, string | null>();
  let at = startTime;
  for (const [index, sample] of samples.entries()) {
    const lasted = timeDeltas[index] ?? 0;
    at += lasted;
    if (at < span.fromUs || at > span.toUs) continue;
    if (!owners.has(sample)) owners.set(sample, ownerOf(sample));
    const owner = owners.get(sample) ?? null;
    if (owner !== null) spent.set(owner, (spent.get(owner) ?? 0) + lasted);
  }
}
