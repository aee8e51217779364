import { parseArgs } from "node:util";
import { type CommandLine, readCommandLine } from "../program/command-line.ts";
import { ROW_NAMES, type RowName } from "./figure.ts";

export const USAGE = `Measures the relay against what people write by hand, side by side.

  pnpm bench [--quick] [--json] [--only <name>] [--help]

  --quick        a first look at small sizes, in about a minute
  --json         the figures as the last line of standard output, and nothing
                 else there
  --only <name>  one row of the table, and those that come with it:
${ROW_NAMES.map((name) => `                 ${name}`).join("\n")}
`;

export interface Flags {
  readonly quick: boolean;
  readonly json: boolean;
  /** The rows that are wanted. */
  readonly only: readonly RowName[];
}

/** What the command line asks of `pnpm bench`. `args` are those after the script's name. */
export function readFlags(args: readonly string[]): CommandLine<Flags> {
  return readCommandLine(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean" },
        json: { type: "boolean" },
        only: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return "help";
    const only = ROW_NAMES.filter((name) => values.only === undefined || name === values.only);
    if (only.length === 0) return { mistake: `--only knows ${ROW_NAMES.join(", ")}.` };
    return { quick: values.quick ?? false, json: values.json ?? false, only };
  });
}
