import type { Cluster } from "../cluster.ts";

export interface Blow {
  readonly victim: "api" | "worker-1" | "worker-2" | "redis" | "mongo";
  /** SIGKILL and a restart, or SIGSTOP and SIGCONT. */
  readonly kind: "kill" | "stall";
  /** How long the victim is away, in milliseconds. */
  readonly forMs: number;
}

const VICTIMS = ["api", "worker-1", "worker-2", "worker-1", "worker-2", "redis", "mongo"] as const;
const SHORTEST_MS = 200;
const LONGEST_KILL_MS = 2_000;
/** Longer than a lease: some stalled workers wake up to find their events taken over. */
const LONGEST_STALL_MS = 9_000;

/** Who is struck, how, and for how long: all of it from the seed. */
export function planBlows(count: number, random: () => number): Blow[] {
  return Array.from({ length: count }, () => {
    const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] ?? "worker-1";
    const kind = random() < 0.65 ? "kill" : "stall";
    const longest = kind === "kill" ? LONGEST_KILL_MS : LONGEST_STALL_MS;
    return { victim, kind, forMs: Math.round(SHORTEST_MS + random() * (longest - SHORTEST_MS)) };
  });
}

/** Strikes once; resolves when the victim is up again. */
export async function strike(cluster: Cluster, { victim, kind, forMs }: Blow): Promise<void> {
  const target = targetOf(cluster, victim);
  if (kind === "stall") target.freeze();
  else await target.kill();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  if (kind === "stall") target.thaw();
  else await target.start();
}

function targetOf(cluster: Cluster, victim: Blow["victim"]) {
  if (victim === "redis" || victim === "mongo" || victim === "api") return cluster[victim];
  const worker = cluster.workers.find(({ name }) => name === victim);
  if (worker === undefined) throw new Error(`no ${victim}`);
  return worker;
}
