import { parseArgs } from "node:util";
import type { LoadPlan, LoadReport } from "../load/load-plan.ts";
import { HelperProcess } from "../stand/helper-process.ts";
import { startServers } from "../stand/servers.ts";
import { FAIRNESS, measureFairness } from "./fairness.ts";
import { GROWTH_HEADING, growthLine } from "./growth-line.ts";
import { measureVariation, type Variation } from "./variation.ts";

const VARIATIONS: readonly Variation[] = [
  ...["500", "1000", "2000", "4000"].map((one) => ({
    what: `WORKER_CONCURRENCY=${one}`,
    env: { WORKER_CONCURRENCY: one },
  })),
  ...["50", "100", "250", "500"].map((one) => ({
    what: `META_BATCH_MAX_EVENTS=${one}`,
    env: { META_BATCH_MAX_EVENTS: one },
  })),
  ...[1, 2, 4].map((workers) => ({ what: `${workers} workers`, workers })),
  ...[1, 100].map((accounts) => ({ what: `${accounts} accounts`, accounts })),
  // One event of each: only the first drain, which takes minutes, also opens what the worker knows of them.
  { what: "10000 accounts", accounts: 10_000, rounds: 0 },
];

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const wanted = VARIATIONS.filter(({ what }) => what.includes(values.only));

/**
 * `pnpm bench:growth [--only <words>]`: how the drain rate changes with the settings, the workers and the accounts, and how
 * long an account waits beside another's backlog. One line each, of those that hold these words.
 */
const say = (line: string) => process.stdout.write(`${line}\n`);
const servers = await startServers(say);
const load = await HelperProcess.start<LoadPlan, LoadReport>(new URL("../load/main.ts", import.meta.url));
try {
  if (wanted.length > 0) say(GROWTH_HEADING);
  for (const [at, variation] of wanted.entries())
    say(growthLine(await measureVariation(variation, `growth-${at}`, servers, load)));
  if (FAIRNESS.includes(values.only)) say(await measureFairness("growth-fairness", servers, load));
} finally {
  await load.stop();
  await servers.stop();
}
