import { parseArgs } from "node:util";
import { type CommandLine, readCommandLine } from "../program/command-line.ts";
import { FAIRNESS } from "./fairness.ts";
import { VARIATIONS } from "./variations.ts";

const LINES = [...VARIATIONS.map(({ what }) => what), FAIRNESS];

export const USAGE = `Shows how the drain rate changes with settings, workers and accounts.

  pnpm bench:growth [--only <words>] [--help]

  --only <words>  only lines that hold these words:
${LINES.map((what) => `                  ${what}`).join("\n")}
`;

export interface GrowthFlags {
  /** The words that a line has to hold; all lines hold none. */
  readonly only: string;
}

/** What the command line asks of `pnpm bench:growth`. `args` are those after the script's name. */
export function readFlags(args: readonly string[]): CommandLine<GrowthFlags> {
  return readCommandLine(() => {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: "string", default: "" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return "help";
    const { only } = values;
    if (!LINES.some((what) => what.includes(only))) return { mistake: `No line holds "${only}".` };
    return { only };
  });
}
