import { SCENES } from "./scenes.ts";

/** What is no scene: the console's pages on a usual day. */
const PAGES = "pages";
const NAMES = [PAGES, ...Object.keys(SCENES)];

export const USAGE = `Stages the console's scenes, each brought about as in earnest.

  pnpm pictures [name …] [--help]
  pnpm scene <name> [--help]

  pictures  takes the pictures of docs/dashboard.md anew: all, or those you name
  scene     takes none: one scene stays, to walk about in until Ctrl-C

  The scenes: ${Object.keys(SCENES).join(", ")}.
  Pictures of the pages on a usual day go by the name ${PAGES}.
  Both need Chromium; CHROMIUM_PATH says where it is if it is not found.
`;

export interface Flags {
  readonly names: readonly string[];
  /** True: no picture is taken, and the one scene stays until it is interrupted. */
  readonly stays: boolean;
}

/**
 * The command line: what to stage, that the usage is wanted, or what is wrong with it. `args` are those after the
 * script's name.
 */
export function readFlags(args: readonly string[]): Flags | "help" | { readonly mistake: string } {
  if (args.some((arg) => arg === "--help" || arg === "-h")) return "help";
  const stays = args.includes("--stay");
  // pnpm hands a `--` of the command line on.
  const names = args.filter((arg) => arg !== "--stay" && arg !== "--");
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return { mistake: `There is no scene ${unknown}.` };
  if (stays && (names.length !== 1 || names[0] === PAGES))
    return { mistake: "pnpm scene takes the name of one scene." };
  return { names: names.length === 0 ? NAMES : names, stays };
}
