import { parseArgs } from "node:util";
import { ROW_NAMES, type RowName } from "./figure.ts";

export const USAGE = `Measures the relay against what people write by hand, side by side on this machine.

  pnpm bench [--quick] [--json] [--only <name>] [--help]

  --quick        a first look at small sizes, in about a minute
  --json         the figures as the last line of standard output, all else elsewhere
  --only <name>  one row of the table, and those that come with it:
${ROW_NAMES.map((name) => `                 ${name}`).join("\n")}
`;

export interface Flags {
  readonly quick: boolean;
  readonly json: boolean;
  /** The rows that are wanted. */
  readonly only: readonly RowName[];
}

/** The command line: what to do, that the usage is wanted, or what is wrong with it. `args` are those after the script's name. */
export function readFlags(args: readonly string[]): Flags | "help" | { readonly mistake: string } {
  try {
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
  } catch (error) {
    // Node's own sentence names the argument; what follows it is advice about "--" that does not fit here.
    const told = error instanceof Error ? error.message : String(error);
    return { mistake: `${told.split(/\. (?:To|This)/)[0] ?? told}.`.replace(/\.\.$/, ".") };
  }
}
