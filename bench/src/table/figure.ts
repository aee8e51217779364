/** What one row of the table says. */
export interface Figure {
  readonly name: RowName;
  readonly ours: number;
  readonly peer: number;
  /** Ours by the opponent's; null where there is nothing to divide by. */
  readonly ratio: number | null;
  /** Processor time per event, in microseconds, of whatever does the work; absent where it was not measured. */
  readonly oursCpuUs?: number;
  readonly peerCpuUs?: number;
  /** Of latencies: the slowest of a hundred. `ours` is the one in the middle. */
  readonly p99?: number;
  /** What else was seen, one line each. */
  readonly notes?: readonly string[];
}

interface Row {
  /** What `ours` and `peer` count. */
  readonly unit: "/s" | "" | "ms" | "B" | "MB";
  /** What the goal is about. */
  readonly judges: "ratio" | "ours" | "latency";
  /** At least, or at most. */
  readonly goal: { readonly min: number } | { readonly max: number; readonly maxP99?: number };
  /** A quick run is too short to judge it by. */
  readonly needsFull?: true;
}

/** Every row, in the order of the table, and what we want of it. */
const ROWS = {
  drain_vs_naive: { unit: "/s", judges: "ratio", goal: { min: 20 } },
  drain_vs_equal: { unit: "/s", judges: "ratio", goal: { min: 5 } },
  drain_vs_ceiling: { unit: "/s", judges: "ratio", goal: { min: 0.6 } },
  intake_vs_bare: { unit: "/s", judges: "ratio", goal: { min: 0.8 } },
  batch_vs_bulk: { unit: "/s", judges: "ratio", goal: { min: 0.5 } },
  graph_requests_per_1000: { unit: "", judges: "ours", goal: { max: 12 } },
  latency_overhead_ms: { unit: "ms", judges: "latency", goal: { max: 40, maxP99: 150 } },
  redis_bytes_per_job: { unit: "B", judges: "ratio", goal: { max: 0.45 } },
  backlog_growth: { unit: "/s", judges: "ratio", goal: { min: 0.9 }, needsFull: true },
  worker_memory_growth: { unit: "MB", judges: "ratio", goal: { max: 1.2 }, needsFull: true },
} as const satisfies Record<string, Row>;

export type RowName = keyof typeof ROWS;
export const ROW_NAMES = Object.keys(ROWS) as RowName[];

export const rowOf = (name: RowName): Row => ROWS[name];

/** Whether the goal is met; null where a quick run cannot tell. */
export function meetsGoal({ name, ours, ratio, p99 }: Figure, isQuick: boolean): boolean | null {
  const { goal, judges, needsFull } = rowOf(name);
  if (isQuick && needsFull) return null;
  const judged = judges === "ratio" ? ratio : ours;
  if (judged === null) return false;
  if ("min" in goal) return judged >= goal.min;
  return judged <= goal.max && (goal.maxP99 === undefined || (p99 ?? Number.POSITIVE_INFINITY) <= goal.maxP99);
}

/** Ours against the opponent's, each the median of its rounds. */
export function ratioOf(ours: number, peer: number): number | null {
  return peer === 0 ? null : ours / peer;
}
