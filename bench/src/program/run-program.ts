import type { CommandLine, Mistake } from "./command-line.ts";

/** One of the bench's programs, as it is started from a shell. */
export interface Program<Flags extends object> {
  /** What `--help` prints, and what follows a mistake. */
  readonly usage: string;
  /** `args` are those after the script's name. */
  readonly readFlags: (args: readonly string[]) => CommandLine<Flags>;
  /** Does what is asked; resolves with whether all is well. What it rejects with is said as a sentence. */
  readonly run: (flags: Flags) => Promise<boolean>;
}

interface Talk {
  readonly out: (text: string) => unknown;
  readonly err: (text: string) => unknown;
}

const INTERRUPTED = 130;

/** Runs a program on this process's own command line; Ctrl-C ends it and whatever it has started. */
export async function runProgram<Flags extends object>(program: Program<Flags>): Promise<void> {
  // Whatever was started ends with this process.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(INTERRUPTED));
  process.exitCode = await exitCodeOf(program, process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
  // Where one of several did not start, the others may still wait for requests: nothing may keep this process up.
  if (process.exitCode === 1) process.stderr.write("", () => process.exit());
}

/** Runs a program: 0 if all is well, 1 if not, 2 if the command line is wrong. */
export async function exitCodeOf<Flags extends object>(
  { usage, readFlags, run }: Program<Flags>,
  args: readonly string[],
  { out, err }: Talk,
): Promise<0 | 1 | 2> {
  const flags = readFlags(args);
  if (flags === "help") {
    out(usage);
    return 0;
  }
  if (isMistake(flags)) {
    err(`${flags.mistake}\n\n${usage}`);
    return 2;
  }
  try {
    return (await run(flags)) ? 0 : 1;
  } catch (error) {
    err(`The bench stopped: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function isMistake(flags: object): flags is Mistake {
  return "mistake" in flags;
}
