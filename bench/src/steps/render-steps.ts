/** What was seen of one event's way, in microseconds of processor time. */
export interface Steps {
  readonly perSecond: number;
  /** Of worker, Redis and MongoDB while events were delivered. */
  readonly measured: Readonly<Record<string, number>>;
  /** Of the worker, by whom it works for. */
  readonly worker: ReadonlyMap<string, number>;
  /** Of MongoDB, by step, each step by itself. */
  readonly mongo: ReadonlyMap<string, number>;
}

const NAME_WIDTH = 30;
const BAR_WIDTH = 38;

/** The steps as bars of one scale, at most 80 columns wide. */
export function renderSteps({ perSecond, measured, worker, mongo }: Steps): string {
  const all = [...worker.values(), ...mongo.values(), measured["redis"] ?? 0];
  const widest = Math.max(...all, 1);
  const bar = ([name, us]: readonly [string, number]) =>
    `  ${name.padEnd(NAME_WIDTH)}${us.toFixed(0).padStart(5)}  ${"█".repeat(Math.round((us * BAR_WIDTH) / widest))}`.trimEnd();
  const part = (name: string) => (measured[name] ?? 0).toFixed(0);
  return [
    `${perSecond.toFixed(0)} events a second; µs of processor time per event`,
    "",
    `the worker: ${part("worker")} measured`,
    ...[...worker].toSorted(([, one], [, other]) => other - one).map(bar),
    "",
    "Redis, for BullMQ",
    bar(["take, lock and finish a job", measured["redis"] ?? 0]),
    "",
    `MongoDB: ${part("mongo")} measured, the insert not among them`,
    ...[...mongo].map(bar),
  ].join("\n");
}
