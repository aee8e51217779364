/** `pnpm bench:steps`: where the processor time of an event goes, from `202` to `delivered`, as a picture. */

import { parseArgs } from "node:util";
import { type CommandLine, readCommandLine } from "../program/command-line.ts";
import { runProgram } from "../program/run-program.ts";
import { withStand } from "../stand/with-stand.ts";
import { pictureSteps } from "./picture-steps.ts";

const usage = `Draws where the processor time of an event goes, from 202 to delivered.

  pnpm bench:steps [--help]
`;

await runProgram({ usage, readFlags, run: drawSteps });

/** There is nothing to choose. */
function readFlags(args: readonly string[]): CommandLine<object> {
  return readCommandLine(() => {
    const { values } = parseArgs({ args: [...args], options: { help: { type: "boolean", short: "h" } } });
    return values.help ? "help" : {};
  });
}

async function drawSteps(): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  await withStand(say, async (stand) => say(await pictureSteps(stand, say)));
  return true;
}
