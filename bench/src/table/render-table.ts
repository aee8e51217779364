import { type Figure, meetsGoal, rowOf } from "./figure.ts";

const WIDTHS = [23, 9, 6, 9, 6, 7, 10, 4];

/** The figures as a table of at most 80 columns, and below it what else was seen. */
export function renderTable(figures: readonly Figure[], isQuick: boolean): string {
  const rows = figures.map((figure) => {
    const { name, ours, peer, ratio, oursCpuUs, peerCpuUs } = figure;
    const { unit } = rowOf(name);
    return [
      name,
      withUnit(ours, unit),
      microseconds(oursCpuUs),
      withUnit(peer, unit),
      microseconds(peerCpuUs),
      ratio === null ? "" : ratio.toFixed(2),
      goalOf(figure),
      verdictOf(figure, isQuick),
    ];
  });
  const head = ["name", "ours", "µs", "opponent", "µs", "ratio", "goal", "ok?"];
  const notes = figures.flatMap(({ name, notes = [] }) => notes.map((note) => `${name}: ${note}`));
  return [
    [head, ...rows].map(alignedLine).join("\n"),
    "",
    "µs: processor time per event of worker or API, Redis and MongoDB together.",
    ...(isQuick ? ["A quick run: sizes are small, and - marks what only a full run can judge."] : []),
    ...notes,
  ].join("\n");
}

/** `{ name: { ours, peer, ratio } }` on one line. */
export function renderJson(figures: readonly Figure[]): string {
  const entries = figures.map(({ name, ours, peer, ratio, p99, oursCpuUs, peerCpuUs }) => [
    name,
    { ours, peer, ratio, ...given({ p99, oursCpuUs, peerCpuUs }) },
  ]);
  return JSON.stringify(Object.fromEntries(entries), (_, value) =>
    typeof value === "number" ? rounded(value) : value,
  );
}

function alignedLine(cells: readonly string[]): string {
  return cells
    .map((cell, column) => {
      const width = WIDTHS[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join("")
    .trimEnd();
}

function withUnit(value: number, unit: string): string {
  const digits = Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)}${unit}`;
}

const microseconds = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(0));

function goalOf({ name }: Figure): string {
  const { goal } = rowOf(name);
  if ("min" in goal) return `≥ ${goal.min}`;
  return goal.maxP99 === undefined ? `≤ ${goal.max}` : `≤ ${goal.max}/${goal.maxP99}`;
}

function verdictOf(figure: Figure, isQuick: boolean): string {
  const met = meetsGoal(figure, isQuick);
  if (met === null) return "-";
  return met ? "yes" : "no";
}

function given(fields: Readonly<Record<string, number | undefined>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const rounded = (value: number): number => Number(value.toPrecision(5));
