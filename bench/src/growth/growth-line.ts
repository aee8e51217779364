/** How the relay did under one variation. */
export interface Growth {
  readonly what: string;
  readonly perSecond: number;
  /** Processor time per event, in microseconds, by part. */
  readonly cpuUs: Readonly<Record<"worker" | "redis" | "mongo", number>>;
  /** Requests to Meta for 1,000 events. */
  readonly requests: number;
  /** What the workers hold afterwards. */
  readonly memoryMb: number;
}

const columns = (what: string, ...cells: readonly [string, number][]) =>
  [what.padEnd(27), ...cells.map(([cell, width]) => cell.padStart(width))].join("").trimEnd();

/** What the columns of each line mean; 80 columns wide at most. */
export const GROWTH_HEADING = [
  columns("", ["", 8], ["µs an event", 16], ["", 8], ["requests", 11]),
  columns("with", ["events/s", 8], ["worker", 9], ["Redis", 7], ["MongoDB", 8], ["per 1,000", 11], ["MB", 6]),
].join("\n");

/** One variation as a line under the heading. */
export function growthLine({ what, perSecond, cpuUs, requests, memoryMb }: Growth): string {
  return columns(
    what,
    [perSecond.toFixed(0), 8],
    [cpuUs.worker.toFixed(0), 9],
    [cpuUs.redis.toFixed(0), 7],
    [cpuUs.mongo.toFixed(0), 8],
    [requests.toFixed(0), 11],
    [memoryMb.toFixed(0), 6],
  );
}
