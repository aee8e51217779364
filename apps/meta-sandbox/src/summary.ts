import type { EventCounts } from "./event-counts.ts";
import type { RequestCounts } from "./request-tally.ts";
import type { SandboxState } from "./sandbox-state.ts";

type Counts = RequestCounts & EventCounts;
export interface Summary extends Counts {
  readonly epoch: number;
  readonly byDataset: Readonly<Record<string, Counts>>;
}

/** Accepted events come from the log and survive a restart; requests and refusals are counted since the start. */
export function summarise({ log, tally }: SandboxState): Summary {
  const datasetIds = new Set([...log.counts.datasetIds, ...tally.datasetIds]);
  const byDataset = [...datasetIds].map((id) => [id, { ...tally.ofDataset(id), ...log.counts.ofDataset(id) }] as const);
  return { epoch: log.epoch, ...tally.total, ...log.counts.total, byDataset: Object.fromEntries(byDataset) };
}
