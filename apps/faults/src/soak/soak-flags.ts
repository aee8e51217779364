import { parseArgs } from "node:util";
import type { SoakOptions } from "./soak.ts";

export const USAGE = `Sends conversions while processes die and stall at random, lets everything come
to rest, and checks all books. A violation ends it with exit code 1.

  pnpm soak [--events N] [--kills K] [--seed S] [--minutes M] [--json] [--help]

  --events   how many conversions; 20000 unless told
  --kills    how many blows fall on API, workers, Redis and MongoDB; 10
  --seed     decides who is struck, how, and for how long; 1
  --minutes  spreads the load over at least this long; 0
  --json     the figures as the last line of standard output
`;

export interface Flags extends Pick<SoakOptions, "events" | "kills" | "seed" | "minutes"> {
  readonly json: boolean;
}

/**
 * The command line: what to do, that the usage is wanted, or what is wrong with it. `args` are those after the script's
 * name.
 */
export function readFlags(args: readonly string[]): Flags | "help" | { readonly mistake: string } {
  try {
    const { values } = parseArgs({
      // pnpm hands a `--` of the command line on.
      args: args.filter((arg) => arg !== "--"),
      options: {
        events: { type: "string", default: "20000" },
        kills: { type: "string", default: "10" },
        seed: { type: "string", default: "1" },
        minutes: { type: "string", default: "0" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return "help";
    const { events, kills, seed, minutes, json } = values;
    for (const [name, given] of Object.entries({ events, kills, seed, minutes })) {
      const isNumber = (name === "minutes" ? /^\d{1,9}(\.\d+)?$/ : /^\d{1,9}$/).test(given);
      if (!isNumber) return { mistake: `--${name} takes a number, 0 or more, not "${given}".` };
    }
    return { events: Number(events), kills: Number(kills), seed: Number(seed), minutes: Number(minutes), json };
  } catch (error) {
    // Node's own sentence names the argument; what follows it is advice about "--" that does not fit here.
    const told = error instanceof Error ? error.message : String(error);
    return { mistake: `${told.split(/\. (?:To|This)|\n/)[0] ?? told}.`.replace(/\.\.$/, ".") };
  }
}
