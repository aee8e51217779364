import { expect, onTestFinished, vi } from "vitest";
import { check } from "./checker.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { gatherEvidence } from "./evidence.ts";
import { describeViolations } from "./violation.ts";
import { usage, vitalsOf } from "./vitals.ts";

// Also where a fault test runs among the quick ones of `pnpm test`, whose patience is shorter.
vi.setConfig({ testTimeout: 120_000 });

/** A cluster for one test, ended with it; its files stay for a look when FAULTS_KEEP is set. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await Cluster.start(options);
  const keep = process.env["FAULTS_KEEP"] !== undefined;
  if (keep) process.stderr.write(`the files stay in ${cluster.folder}\n`);
  // Longer than Vitest's usual patience: a process that is asked to end may take its grace time.
  onTestFinished(() => cluster.stop({ keep }), 60_000);
  return cluster;
}

/** Waits until nothing is on its way, then demands that every invariant held. */
export async function expectAllInvariants(cluster: Cluster, settleWithinMs = 60_000): Promise<void> {
  await cluster.ledger.atRest(settleWithinMs);
  expect(describeViolations(check(await gatherEvidence(cluster)))).toBe("");
}

/** I9: while `during` runs, every process stays calm: no hot loop, no flood of log lines, no pile of sockets. */
export async function expectCalm(cluster: Cluster, during: () => Promise<void>, maxCpu = 0.5): Promise<void> {
  const watched = [cluster.api, ...cluster.workers].filter(({ running }) => running);
  const before = watched.map(vitalsOf);
  const startedAt = performance.now();
  await during();
  const elapsedMs = performance.now() - startedAt;
  for (const [at, app] of watched.entries()) {
    const first = before[at];
    if (first === undefined || !app.running) continue;
    const used = usage(first, vitalsOf(app), elapsedMs);
    expect.soft(used.cpu, `I9 - ${app.name}: share of a core`).toBeLessThan(maxCpu);
    expect.soft(used.linesPerSecond, `I9 - ${app.name}: log lines a second`).toBeLessThan(5);
    expect.soft(used.moreSockets, `I9 - ${app.name}: more open files`).toBeLessThan(100);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
