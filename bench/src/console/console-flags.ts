import { parseArgs } from "node:util";
import { type CommandLine, readCommandLine } from "../program/command-line.ts";

/** With fewer, the history lacks events of some kinds. */
const LEAST_EVENTS = 1_000;

export const USAGE = `Fills a ledger and times every page of the dashboard, with its queries' plans.

  pnpm bench:console [--events <n>] [--requests <n>] [--only <words>]
                     [--cost] [--help]

  --events <n>    events in the ledger; 1000000 unless said otherwise, which
                  take ten minutes or more to fill in
  --requests <n>  visits to each page; 15 unless said otherwise
  --only <words>  only pages whose line holds these words
  --cost          also what the console takes from deliveries; four minutes more

Exits 1 if a page takes more than 300 ms at the median, or reads a whole
collection.
`;

export interface ConsoleFlags {
  /** Events in the ledger. */
  readonly events: number;
  /** Visits to each page. */
  readonly requests: number;
  /** The words that a page's line has to hold; all lines hold none. */
  readonly only: string;
  /** Also what the console takes from deliveries. */
  readonly cost: boolean;
}

/** What the command line asks of `pnpm bench:console`. `args` are those after the script's name. */
export function readFlags(args: readonly string[]): CommandLine<ConsoleFlags> {
  return readCommandLine(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        events: { type: "string", default: "1000000" },
        requests: { type: "string", default: "15" },
        only: { type: "string", default: "" },
        cost: { type: "boolean", default: false },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return "help";
    const [events, requests] = [Number(values.events), Number(values.requests)];
    if (!Number.isInteger(events) || events < LEAST_EVENTS) {
      return { mistake: `--events is a whole number, at least ${LEAST_EVENTS}.` };
    }
    if (!Number.isInteger(requests) || requests < 1) return { mistake: "--requests is a whole number, at least 1." };
    return { events, requests, only: values.only, cost: values.cost };
  });
}
