import { PLANTS } from "./planted/plants.ts";

export const USAGE = `Runs the fault tests one after the other, each with servers of its own.

  pnpm faults [number …] [--help]
  pnpm faults --planted [word …]

  number     only these tests: pnpm faults 3 17; their files, in
             apps/faults/test-cases, begin with it
  --planted  plants one fault after the other in a copy of the code, all or
             those with such a word in their names; the checker must catch each

  FAULTS_KEEP=1 leaves the folders with logs and data where they are.
`;

/** `files`: in the folder of the tests, none for all of them. */
export type Wanted = { readonly files: readonly string[] } | { readonly planted: readonly string[] };

/**
 * The command line: what to run, that the usage is wanted, or what is wrong with it. `args` are those after the
 * script's name.
 * @param cases The files there are.
 */
export function readFlags(
  args: readonly string[],
  cases: readonly string[],
): Wanted | "help" | { readonly mistake: string } {
  if (args.some((arg) => arg === "--help" || arg === "-h")) return "help";
  // pnpm hands a `--` of the command line on.
  const names = args.filter((arg) => arg !== "--planted" && arg !== "--");
  const flag = names.find((name) => name.startsWith("-"));
  if (flag !== undefined) return { mistake: `pnpm faults knows no ${flag}.` };
  if (args.includes("--planted")) {
    const unknown = names.find((word) => !PLANTS.some(({ name }) => name.includes(word)));
    return unknown === undefined ? { planted: names } : { mistake: `There is no planted fault ${unknown}.` };
  }
  const files: string[] = [];
  for (const name of names) {
    const file = cases.find((one) => /^\d+$/.test(name) && one.startsWith(`${name.padStart(2, "0")}-`));
    if (file === undefined) return { mistake: `There is no fault test ${name}.` };
    files.push(file);
  }
  return { files };
}
