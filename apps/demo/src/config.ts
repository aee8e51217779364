import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Environment } from "@capi-relay/local-stack";

export const USAGE = `Plays 300 WhatsApp webhooks, 1,000 conversions and 85 repeats of them through
the front door and checks every ending.

  pnpm demo [--json] [--keep] [--plant duplicate-delivery] [--help]

  --json    the figures as the last line of standard output, progress elsewhere
  --keep    stays up after the report, until Ctrl-C
  --plant duplicate-delivery
            sends one delivered event to Meta a second time, as a broken worker
            would, to show that the check notices: exit code 1
`;

export interface Flags {
  readonly json: boolean;
  readonly keep: boolean;
  readonly plant: boolean;
}

/**
 * The command line: what to do, that the usage is wanted, or what is wrong with it. `args` are those after the script's
 * name.
 */
export function readFlags(args: readonly string[]): Flags | "help" | { readonly mistake: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean" },
        keep: { type: "boolean" },
        plant: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return "help";
    if (values.plant !== undefined && values.plant !== "duplicate-delivery") {
      return { mistake: `--plant knows duplicate-delivery only, not "${values.plant}".` };
    }
    return { json: values.json ?? false, keep: values.keep ?? false, plant: values.plant !== undefined };
  } catch (error) {
    // Node's own sentence names the argument; what follows it is advice about "--" that does not fit here.
    const told = error instanceof Error ? error.message : String(error);
    return { mistake: `${told.split(/\. (?:To|This)/)[0] ?? told}.`.replace(/\.\.$/, ".") };
  }
}

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

/** A fresh folder per run, below DATA_DIR or `.data/demo` of the repository. */
export function runFolder(env: Environment): string {
  const given = env["DATA_DIR"];
  const parent = given ? resolve(given) : join(REPOSITORY, ".data", "demo");
  return join(parent, `run-${randomBytes(4).toString("hex")}`);
}
