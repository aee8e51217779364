/**
 * `pnpm bench:least`: how far one can get on this machine at all, with a relay that batches as ours does and promises
 * next to nothing.
 */

import { readNoFlags } from "../program/command-line.ts";
import { runProgram } from "../program/run-program.ts";
import { withStand } from "../stand/with-stand.ts";
import { renderContest } from "./contest.ts";
import { measureLeast } from "./measure-least.ts";
import { LEAST_SIZES } from "./ring.ts";

const usage = `Measures beside the relay the least that is one, to see what a machine allows.

  pnpm bench:least [--help]
`;

await runProgram({ usage, readFlags: readNoFlags, run: showLeast });

async function showLeast(): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  await withStand(say, async (stand) => {
    for (const contest of await measureLeast(stand, LEAST_SIZES, say)) say(`\n${renderContest(contest)}`);
  });
  return true;
}
