/**
 * `pnpm bench:growth`: how the drain rate changes with the settings, the workers and the accounts, and how long an
 * account waits beside another's backlog. One line each.
 */

import { runProgram } from "../program/run-program.ts";
import { withStand } from "../stand/with-stand.ts";
import { FAIRNESS, measureFairness } from "./fairness.ts";
import { type GrowthFlags, readFlags, USAGE } from "./growth-flags.ts";
import { GROWTH_HEADING, growthLine } from "./growth-line.ts";
import { measureVariation } from "./measure-variation.ts";
import { VARIATIONS } from "./variations.ts";

await runProgram({ usage: USAGE, readFlags, run: measureGrowth });

async function measureGrowth({ only }: GrowthFlags): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const wanted = VARIATIONS.filter(({ what }) => what.includes(only));
  await withStand(say, async (stand) => {
    if (wanted.length > 0) say(GROWTH_HEADING);
    for (const [at, variation] of wanted.entries()) {
      say(growthLine(await measureVariation(variation, `growth-${at}`, stand)));
    }
    if (FAIRNESS.includes(only)) say(await measureFairness("growth-fairness", stand));
  });
  return true;
}
