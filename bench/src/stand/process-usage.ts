import { readFileSync } from "node:fs";

const MS_PER_TICK = 10;
const PAGE_BYTES = 4_096;

/** Processor time of a process since its start, in milliseconds; 0 where there is no /proc to ask. */
export function cpuMsOf(pid: number | undefined): number {
  const fields = statOf(pid);
  // Time in its own code and time the kernel spent on its behalf.
  return ((fields[11] ?? 0) + (fields[12] ?? 0)) * MS_PER_TICK;
}

/** Memory of a process that is really there (RSS), in bytes; 0 where there is no /proc to ask. */
export function rssBytesOf(pid: number): number {
  return (statOf(pid)[21] ?? 0) * PAGE_BYTES;
}

/** The fields after the program's name, which stands in parentheses and may hold spaces. */
function statOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
  } catch {
    return [];
  }
}
