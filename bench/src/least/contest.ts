import { median } from "../median.ts";

/** Of one round, or the medians of several. */
export interface Speed {
  readonly perSecond: number;
  /** Processor time per event, in microseconds, of all that works on it. */
  readonly cpuUs: number;
}

/** Several who do the same work in turn. */
export interface Contest {
  readonly what: string;
  readonly runners: readonly (Speed & { readonly who: string })[];
  /** Whose speed all speeds are divided by: a column each. */
  readonly yardsticks: readonly (Speed & { readonly column: string })[];
}

/**
 * Has all of them do their part in so many rounds, and one before these, which warms everybody up and does not count.
 */
export async function inRounds<Who extends string>(
  rounds: number,
  runRound: (name: string) => Promise<Readonly<Record<Who, Speed>>>,
): Promise<Record<Who, Speed>> {
  const names = Object.keys(await runRound("warming up")) as Who[];
  const seen: Readonly<Record<Who, Speed>>[] = [];
  for (let round = 1; round <= rounds; round += 1) seen.push(await runRound(`round ${round} of ${rounds}`));
  const medians = names.map((who) => [who, medianOf(seen.map((round) => round[who]))] as const);
  return Object.fromEntries(medians) as Record<Who, Speed>;
}

function medianOf(speeds: readonly Speed[]): Speed {
  return {
    perSecond: median(speeds.map(({ perSecond }) => perSecond)),
    cpuUs: median(speeds.map(({ cpuUs }) => cpuUs)),
  };
}

const WIDTHS = [36, 9, 8, 12, 12];

/** A contest as a table of at most 80 columns. */
export function renderContest({ what, runners, yardsticks }: Contest): string {
  const head = [what, "events/s", "µs", ...yardsticks.map(({ column }) => column)];
  const rows = runners.map(({ who, perSecond, cpuUs }) => [
    `  ${who}`,
    perSecond.toFixed(0),
    cpuUs.toFixed(0),
    ...yardsticks.map((yardstick) => (perSecond / yardstick.perSecond).toFixed(2)),
  ]);
  return [head, ...rows].map(alignedLine).join("\n");
}

function alignedLine(cells: readonly string[]): string {
  const aligned = cells.map((cell, column) => {
    const width = WIDTHS[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  });
  return aligned.join("").trimEnd();
}
