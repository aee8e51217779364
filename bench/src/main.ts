/** `pnpm bench`: the relay against what people write by hand, side by side on this machine, as a table. */

import { runProgram } from "./program/run-program.ts";
import { type Flags, readFlags, USAGE } from "./table/bench-flags.ts";
import { renderJson, renderTable } from "./table/render-table.ts";
import { runBench } from "./table/run-bench.ts";
import { FULL, QUICK } from "./table/sizes.ts";

await runProgram({ usage: USAGE, readFlags, run: bench });

async function bench({ quick, json, only }: Flags): Promise<boolean> {
  const talk = json ? process.stderr : process.stdout;
  const beganAt = performance.now();
  const elapsed = () => ((performance.now() - beganAt) / 1_000).toFixed(0).padStart(4);
  const figures = await runBench(quick ? QUICK : FULL, only, (line) => talk.write(`${elapsed()} s  ${line}\n`));
  talk.write(`\n${renderTable(figures, quick)}\n`);
  if (json) process.stdout.write(`${renderJson(figures)}\n`);
  return true;
}
