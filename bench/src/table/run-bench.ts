import { withStand } from "../stand/with-stand.ts";
import type { Figure, RowName } from "./figure.ts";
import { measureBacklog } from "./measures/backlog.ts";
import { measureDrain } from "./measures/drain.ts";
import { measureIntake } from "./measures/intake.ts";
import { measureLatency } from "./measures/latency.ts";
import type { Sizes } from "./sizes.ts";
import { startWarmRelay } from "./warm-relay.ts";
import type { Workbench } from "./workbench.ts";

interface Measurement {
  readonly gives: readonly RowName[];
  readonly measure: (bench: Workbench) => Promise<Figure[]>;
}

/** Rows that come from the same work come together. The intake comes last: what it queues, nobody takes any more. */
const MEASUREMENTS: readonly Measurement[] = [
  {
    gives: ["drain_vs_naive", "drain_vs_equal", "drain_vs_ceiling", "graph_requests_per_1000"],
    measure: measureDrain,
  },
  { gives: ["latency_overhead_ms"], measure: measureLatency },
  { gives: ["backlog_growth", "worker_memory_growth"], measure: measureBacklog },
  { gives: ["intake_vs_bare", "batch_vs_bulk", "redis_bytes_per_job"], measure: measureIntake },
];

/** Measures the rows that are wanted, one after the other, and ends whatever it has started. */
export function runBench(
  sizes: Sizes,
  wanted: readonly RowName[],
  progress: (line: string) => void,
): Promise<Figure[]> {
  return withStand(progress, async (stand) => {
    const warm = await startWarmRelay(stand, sizes, progress);
    try {
      const figures: Figure[] = [];
      for (const { gives, measure } of MEASUREMENTS) {
        if (!gives.some((name) => wanted.includes(name))) continue;
        figures.push(...(await measure({ ...warm, ...stand, sizes, progress })));
      }
      return figures.filter(({ name }) => wanted.includes(name));
    } finally {
      await warm.relay.stop();
    }
  });
}
