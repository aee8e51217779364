import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Environment } from "@capi-relay/local-stack";

export const USAGE = `Plays 300 WhatsApp webhooks and 1,000 conversions through the front door and
checks every ending.

  pnpm demo [--json] [--keep] [--plant duplicate-delivery]

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

/** The command line; null when it is not one of ours. `args` are those after the script's name. */
export function readFlags(args: readonly string[]): Flags | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: "boolean" }, keep: { type: "boolean" }, plant: { type: "string" } },
    });
    if (values.plant !== undefined && values.plant !== "duplicate-delivery") return null;
    return { json: values.json ?? false, keep: values.keep ?? false, plant: values.plant !== undefined };
  } catch {
    return null;
  }
}

const REPOSITORY = join(import.meta.dirname, "..", "..", "..");

/** A fresh folder per run, below DATA_DIR or `.data/demo` of the repository. */
export function runFolder(env: Environment): string {
  const given = env["DATA_DIR"];
  const parent = given ? resolve(given) : join(REPOSITORY, ".data", "demo");
  return join(parent, `run-${randomBytes(4).toString("hex")}`);
}
