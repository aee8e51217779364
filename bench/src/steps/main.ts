/** `pnpm bench:steps`: where the processor time of an event goes, from `202` to `delivered`, as a picture. */

import { readNoFlags } from "../program/command-line.ts";
import { runProgram } from "../program/run-program.ts";
import { withStand } from "../stand/with-stand.ts";
import { pictureSteps } from "./picture-steps.ts";

const usage = `Draws where the processor time of an event goes, from 202 to delivered.

  pnpm bench:steps [--help]
`;

await runProgram({ usage, readFlags: readNoFlags, run: drawSteps });

async function drawSteps(): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  await withStand(say, async (stand) => say(await pictureSteps(stand, say)));
  return true;
}
