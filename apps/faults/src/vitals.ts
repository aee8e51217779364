import { readdirSync, readFileSync } from "node:fs";
import type { AppProcess } from "./app-process.ts";

/** What a process has used up, from /proc. */
export interface Vitals {
  /** Processor time since its start, in milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  readonly sockets: number;
  readonly logLines: number;
}

const MS_PER_TICK = 10;
const PAGE_BYTES = 4_096;

export function vitalsOf(app: AppProcess): Vitals {
  const stat = readFileSync(`/proc/${app.pid}/stat`, "utf8");
  // The name, in parentheses, may hold spaces; what follows it is plain.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [utime = 0, stime = 0] = [fields[11], fields[12]];
  return {
    cpuMs: (utime + stime) * MS_PER_TICK,
    rssBytes: (fields[21] ?? 0) * PAGE_BYTES,
    sockets: readdirSync(`/proc/${app.pid}/fd`).length,
    logLines: app.log().split("\n").length,
  };
}

/** What the process used between two looks, as rates a second; `cpu` is a share of one core. */
export function usage(
  before: Vitals,
  after: Vitals,
  elapsedMs: number,
): { cpu: number; linesPerSecond: number; moreSockets: number } {
  return {
    cpu: (after.cpuMs - before.cpuMs) / elapsedMs,
    linesPerSecond: ((after.logLines - before.logLines) * 1_000) / elapsedMs,
    moreSockets: after.sockets - before.sockets,
  };
}
