import { parseArgs } from "node:util";

/** What is wrong with a command line, in a sentence. */
export interface Mistake {
  readonly mistake: string;
}

/** What a command line asks for: something to do, how it is used, or nothing that is known. */
export type CommandLine<Flags> = Flags | "help" | Mistake;

/** Lets `read` call Node's `parseArgs`, and says in a sentence what that refuses. */
export function readCommandLine<Flags>(read: () => CommandLine<Flags>): CommandLine<Flags> {
  try {
    return read();
  } catch (error) {
    if (!isRefusedArgument(error)) throw error;
    // Node's own sentence names the argument; what follows it is advice about "--" that does not fit here.
    const [told = error.message] = error.message.split(/\. (?:To|This)|\n/);
    return { mistake: told.endsWith(".") ? told : `${told}.` };
  }
}

/** Of a program with which there is nothing to choose. */
export function readNoFlags(args: readonly string[]): CommandLine<object> {
  return readCommandLine(() => {
    const { values } = parseArgs({ args: [...args], options: { help: { type: "boolean", short: "h" } } });
    return values.help ? "help" : {};
  });
}

function isRefusedArgument(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}
